package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/** So much of both tokens of a pool, in raw units. */
public record Amounts(BigInteger amount0, BigInteger amount1) {}
