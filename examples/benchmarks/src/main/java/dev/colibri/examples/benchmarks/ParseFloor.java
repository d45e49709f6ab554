package dev.colibri.examples.benchmarks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The least there is to do: every number of a message is read and nothing is kept. It knows the one
 * layout it is given by heart, and believes every byte of it, which nothing that trades may do.
 */
final class ParseFloor implements BookPath {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final DepthTape.Reel reel;
  private byte[] message = new byte[0];
  private int at;

  ParseFloor(DepthTape tape) {
    reel = tape.reel("BTCUSDT");
  }

  @Override
  public DepthTape.Reel reel() {
    return reel;
  }

  @Override
  public long apply(int i) {
    message = reel.messages()[i];
    at = "{'e':'depthUpdate','E':".length();
    long sum = whole();
    at += ",'s':'".length();
    while (message[at] != '"') {
      at++;
    }
    at += "','U':".length();
    sum += whole();
    at += ",'u':".length();
    sum += whole();
    at += ",'b':".length();
    sum += levels();
    at += ",'a':".length();
    return sum + levels();
  }

  /** From the bracket that opens to behind the one that closes. */
  private long levels() {
    long sum = 0;
    at++;
    while (message[at] == '[') {
      at += 2;
      sum += decimal();
      at += 3;
      sum ^= decimal();
      at += 2;
      if (message[at] == ',') {
        at++;
      }
    }
    at++;
    return sum;
  }

  private long whole() {
    long value = 0;
    int digit = message[at] - '0';
    while (digit >= 0 && digit <= 9) {
      value = 10 * value + digit;
      digit = message[++at] - '0';
    }
    return value;
  }

  /** A number with eight digits after its point, which are read at once: pairs, fours, all. */
  private long decimal() {
    long value = whole();
    long digits = (long) EIGHT.get(message, at + 1) & 0x0f0f0f0f0f0f0f0fL;
    at += 9;
    digits = digits * 10 + (digits >>> 8) & 0x00ff00ff00ff00ffL;
    digits = digits * 100 + (digits >>> 16) & 0x0000ffff0000ffffL;
    digits = digits * 10_000 + (digits >>> 32) & 0xffffffffL;
    return 100_000_000 * value + digits;
  }

  @Override
  public List<String> best(int levels) {
    return List.of();
  }
}
