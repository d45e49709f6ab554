package dev.colibri.connector.io;

import dev.colibri.connector.text.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.IncompleteHandshakeException;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.InvalidFrameException;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.exceptions.LimitExceededException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;

/**
 * The receiving half of RFC 6455 for a client of Java-WebSocket, which hands messages over where
 * they lie in the socket's buffer: no copy, no String, nothing allocated once its own buffers have
 * grown. Handshake, control frames and everything that is sent stay the library's; it hears of
 * control frames after the messages that came in the same read.
 *
 * <p>A frame is judged by its header, before anything is allocated for it: reserved bits (no
 * extension is asked for), a mask, an unknown opcode, fragments out of order, and control frames
 * that are long or fragmented close the connection with 1002, a message that is too large with
 * 1009. Text is not checked to be UTF-8: whoever reads it does that.
 *
 * <p>Apart from that, the library allocates about 56 bytes for every read of a socket, however many
 * messages it brings, and TLS about 1.3 kB for every record (measured on JDK 17).
 *
 * <p>One thread at a time, which is the library's reader.
 */
public final class InPlaceDraft extends Draft_6455 {
  /** The largest message that is taken unless said otherwise, in bytes. */
  public static final int MAX_MESSAGE = 8 << 20;

  private static final int MAX_HANDSHAKE = 64 << 10;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PONG = 10;

  private final int max;
  private final LongSupplier nanos;
  private final Consumer<Frame> messages;
  private final Frame frame = new Frame();

  /** The beginning of a frame whose rest comes with a later read. */
  private byte[] cut = new byte[4096];

  private int cutLength;

  /** The fragments of a message so far, and the opcode of the first; 0 when there is none. */
  private byte[] parts = new byte[0];

  private int partsLength;
  private int partsOpcode = CONTINUATION;

  private boolean closing;

  /**
   * A draft.
   *
   * @param max the largest message that is taken, in bytes
   * @param messages told every text and binary message; the frame is valid during the call. It must
   *     not throw.
   */
  public InPlaceDraft(int max, Consumer<Frame> messages) {
    this(max, () -> 0, messages);
  }

  /**
   * A draft that says of every message when it was read, for which it looks at the clock once for
   * every read of the socket that completes a message.
   *
   * @param max the largest message that is taken, in bytes
   * @param nanos the clock, in nanoseconds since the epoch
   * @param messages told every text and binary message; the frame is valid during the call. It must
   *     not throw.
   */
  public InPlaceDraft(int max, LongSupplier nanos, Consumer<Frame> messages) {
    super(List.of(), max);
    this.max = max;
    this.nanos = nanos;
    this.messages = messages;
  }

  @Override
  public Draft copyInstance() {
    return new InPlaceDraft(max, nanos, messages);
  }

  @Override
  public Handshakedata translateHandshake(ByteBuffer buffer) throws InvalidHandshakeException {
    int length = buffer.remaining();
    try {
      return super.translateHandshake(buffer);
    } catch (IncompleteHandshakeException e) {
      if (length > MAX_HANDSHAKE) {
        throw new InvalidHandshakeException("a handshake of more than " + MAX_HANDSHAKE + " bytes");
      }
      throw e;
    }
  }

  /** Hands over the messages; returns the control frames, which are the library's to answer. */
  @Override
  public List<Framedata> translateFrame(ByteBuffer buffer) throws InvalidDataException {
    byte[] read = buffer.array();
    int at = buffer.arrayOffset() + buffer.position();
    int end = at + buffer.remaining();
    buffer.position(buffer.limit());
    frame.read(0);
    List<Framedata> control = List.of();
    while (at < end && !closing) {
      if (cutLength == 0) {
        int length = length(read, at, end - at);
        if (length >= 0 && length <= end - at) {
          control = frame(read, at, length, control);
          at += length;
        } else {
          keep(read, at, end - at);
          at = end;
        }
      } else {
        // A header is completed byte by byte, as only then the frame's length is known.
        int length = length(cut, 0, cutLength);
        int missing = length < 0 ? 1 : length - cutLength;
        int taken = Math.min(missing, end - at);
        keep(read, at, taken);
        at += taken;
        if (length(cut, 0, cutLength) == cutLength) {
          int whole = cutLength;
          cutLength = 0;
          control = frame(cut, 0, whole, control);
        }
      }
    }
    return control;
  }

  private void keep(byte[] array, int from, int length) {
    cut = withRoom(cut, cutLength, length);
    System.arraycopy(array, from, cut, cutLength, length);
    cutLength += length;
  }

  /** Grows with what has come, not with what was announced. */
  private static byte[] withRoom(byte[] array, int used, int more) {
    int need = used + more;
    return need <= array.length ? array : Arrays.copyOf(array, Math.max(need, 2 * array.length));
  }

  /** The length of a frame with its header, or -1 while the header is not complete. */
  private int length(byte[] array, int from, int have) throws InvalidDataException {
    if (have < 2) {
      return -1;
    }
    int first = array[from];
    int length = array[from + 1];
    judge(first, length);
    int header = 2;
    if (length == 126) {
      if (have < 4) {
        return -1;
      }
      header = 4;
      length = (array[from + 2] & 0xff) << 8 | array[from + 3] & 0xff;
    } else if (length == 127) {
      if (have < 10) {
        return -1;
      }
      header = 10;
      long announced = 0;
      for (int i = from + 2; i < from + 10; i++) {
        announced = announced << 8 | array[i] & 0xff;
      }
      length = announced < 0 || announced > max ? Integer.MAX_VALUE : (int) announced;
    }
    int before = (first & 15) == CONTINUATION ? partsLength : 0;
    if (length > max - before) {
      throw new LimitExceededException("a message of more than " + max + " bytes", max);
    }
    return header + length;
  }

  private void judge(int first, int second) throws InvalidFrameException {
    int opcode = first & 15;
    boolean last = first < 0;
    if ((first & 0x70) != 0) {
      throw new InvalidFrameException("a reserved bit is set, and no extension was asked for");
    }
    if (second < 0) {
      throw new InvalidFrameException("a masked frame from a server");
    }
    if (opcode >= CLOSE) {
      if (opcode > PONG) {
        throw new InvalidFrameException("unknown opcode " + opcode);
      }
      if (!last || second > 125) {
        throw new InvalidFrameException("a control frame that is long or fragmented");
      }
    } else if (opcode > BINARY) {
      throw new InvalidFrameException("unknown opcode " + opcode);
    } else if ((opcode == CONTINUATION) != (partsOpcode != CONTINUATION)) {
      throw new InvalidFrameException("fragments out of order");
    }
  }

  private List<Framedata> frame(byte[] array, int from, int length, List<Framedata> control)
      throws InvalidDataException {
    int opcode = array[from] & 15;
    boolean last = array[from] < 0;
    if (opcode >= CLOSE) {
      // What follows a close frame means nothing.
      closing = opcode == CLOSE;
      List<Framedata> more = new ArrayList<>(control);
      byte[] whole = Arrays.copyOfRange(array, from, from + length);
      try {
        more.addAll(super.translateFrame(ByteBuffer.wrap(whole)));
      } catch (NullPointerException e) {
        // What the library does with a reason for closing that is not UTF-8.
        throw new InvalidDataException(CloseFrame.NO_UTF8, "a close frame that is not UTF-8");
      }
      return more;
    }
    int second = array[from + 1];
    int payload = from + (second < 126 ? 2 : second == 126 ? 4 : 10);
    int size = from + length - payload;
    if (opcode != CONTINUATION && last) {
      tell(array, payload, payload + size, opcode == TEXT);
      return control;
    }
    if (opcode != CONTINUATION) {
      partsOpcode = opcode;
    }
    parts = withRoom(parts, partsLength, size);
    System.arraycopy(array, payload, parts, partsLength, size);
    partsLength += size;
    if (last) {
      boolean text = partsOpcode == TEXT;
      int whole = partsLength;
      partsOpcode = CONTINUATION;
      partsLength = 0;
      tell(parts, 0, whole, text);
    }
    return control;
  }

  private void tell(byte[] array, int from, int to, boolean text) {
    if (frame.readNanos() == 0) {
      frame.read(nanos.getAsLong());
    }
    messages.accept(frame.wrap(array, from, to, text));
  }
}
