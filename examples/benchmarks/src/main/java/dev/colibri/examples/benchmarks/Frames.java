package dev.colibri.examples.benchmarks;

import java.nio.ByteBuffer;

/** WebSocket frames as a server sends them. */
final class Frames {
  private Frames() {}

  /** A message in one text frame. */
  static byte[] text(byte[] message) {
    int length = message.length;
    ByteBuffer frame = ByteBuffer.allocate(length + (length < 126 ? 2 : 4));
    frame.put((byte) 0x81);
    if (length < 126) {
      frame.put((byte) length);
    } else if (length < 1 << 16) {
      frame.put((byte) 126).putShort((short) length);
    } else {
      throw new IllegalArgumentException("a message of " + length + " bytes");
    }
    return frame.put(message).array();
  }
}
