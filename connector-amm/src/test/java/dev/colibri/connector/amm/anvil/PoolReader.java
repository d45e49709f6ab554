package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v2.V2State;
import dev.colibri.connector.amm.v3.ProtocolFee;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Tick;
import dev.colibri.connector.amm.v3.V3Ticks;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Reads what pools hold at a block, all of it. */
final class PoolReader {
  private static final int WORDS_A_CALL = 1_500;

  private final Rpc rpc;
  private final String multicall;

  PoolReader(Contracts.Chain chain) {
    rpc = chain.rpc;
    multicall = chain.at(Contracts.MULTICALL3);
  }

  /** A state, and the price that it is at. */
  V3State v3(String pool, boolean isPancake, long block) {
    String at = Rpc.hex(block);
    Abi.Values slot = view(at, pool, "slot0()", slot(isPancake));
    BigInteger protocol = slot.number(5);
    int spacing = view(at, pool, "tickSpacing()", "(int24)").small(0);
    return new V3State(
        view(at, pool, "fee()", "(uint24)").small(0),
        isPancake
            ? ProtocolFee.basisPoints(protocol.longValueExact())
            : ProtocolFee.parts(protocol.intValueExact()),
        slot.number(0),
        slot.small(1),
        view(at, pool, "liquidity()", "(uint128)").number(0),
        view(at, pool, "feeGrowthGlobal0X128()", "(uint256)").number(0),
        view(at, pool, "feeGrowthGlobal1X128()", "(uint256)").number(0),
        V3Ticks.all(spacing, ticks(at, pool, spacing)));
  }

  /** Price, tick, three of the oracle, what the protocol gets, and whether it is unlocked. */
  private static String slot(boolean isPancake) {
    return "(uint160,int24,uint16,uint16,uint16," + (isPancake ? "uint32" : "uint8") + ",bool)";
  }

  private List<V3Tick> ticks(String at, String pool, int spacing) {
    List<Integer> indices = new ArrayList<>();
    int last = V3Ticks.lastWord(spacing);
    for (int from = V3Ticks.firstWord(spacing); from <= last; from += WORDS_A_CALL) {
      List<byte[]> calls = new ArrayList<>();
      for (int word = from; word <= last && word < from + WORDS_A_CALL; word++) {
        calls.add(Abi.call("tickBitmap(int16)", word));
      }
      List<byte[]> words = all(at, pool, calls);
      for (int i = 0; i < words.size(); i++) {
        BigInteger bits = new BigInteger(1, words.get(i));
        for (int bit = 0; bit < bits.bitLength(); bit++) {
          if (bits.testBit(bit)) {
            indices.add(((from + i) * 256 + bit) * spacing);
          }
        }
      }
    }
    List<byte[]> calls = indices.stream().map(i -> Abi.call("ticks(int24)", i)).toList();
    List<V3Tick> ticks = new ArrayList<>();
    for (byte[] answer : all(at, pool, calls)) {
      Abi.Values tick =
          Abi.decode("(uint128,int128,uint256,uint256,int56,uint160,uint32,bool)", answer);
      ticks.add(
          new V3Tick(
              indices.get(ticks.size()),
              tick.number(0),
              tick.number(1),
              tick.number(2),
              tick.number(3)));
    }
    return ticks;
  }

  /** The answers of one contract to many calls, at once. */
  private List<byte[]> all(String at, String pool, List<byte[]> calls) {
    List<Object> list = new ArrayList<>();
    calls.forEach(call -> list.add(List.of(pool, false, call)));
    List<?> answers =
        (List<?>)
            view(at, multicall, "aggregate3((address,bool,bytes)[])", "((bool,bytes)[])", list)
                .all()
                .get(0);
    return answers.stream().map(a -> (byte[]) ((List<?>) a).get(1)).toList();
  }

  V2State v2(String pair, V2Fees fees, long block) {
    Abi.Values reserves = view(Rpc.hex(block), pair, "getReserves()", "(uint112,uint112,uint32)");
    return V2State.of(fees, reserves.number(0), reserves.number(1));
  }

  private Abi.Values view(
      String at, String to, String signature, String returns, Object... values) {
    Rpc.Ask ask = Rpc.viewing(at, to, Abi.call(signature, values));
    return Abi.decode(returns, Rpc.bytes(rpc.send(ask.method(), ask.parameters().toArray())));
  }
}
