package dev.colibri.connector.spi;

/**
 * How one spot venue speaks. Everything a spot venue says is said by venues of perpetual swaps too,
 * so this adds nothing to {@link BookDialect}; it keeps the two kinds apart.
 */
public interface SpotDialect extends BookDialect {}
