package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketAdapter;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.Handshakedata;
import org.junit.jupiter.api.Test;

/**
 * Random conversations, lawful and not, in slices of any size: what is heard, and with which code
 * it ends, is what the library's own draft makes of the same frames one by one. It has no word on
 * masks from servers, and refuses text that is not UTF-8, which is up to whoever reads it here: so
 * nothing is masked, and text is ASCII.
 */
class InPlaceDraftFuzzTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 20_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int MAX = 400;

  private SplittableRandom random = new SplittableRandom(SEED);

  /** What came of a conversation. */
  private static final class Heard {
    final List<String> messages = new ArrayList<>();
    final List<String> control = new ArrayList<>();
    int refused;

    @Override
    public String toString() {
      return messages + " " + control + " " + refused;
    }
  }

  private static String message(boolean text, byte[] bytes) {
    return text
        ? "TEXT " + new String(bytes, StandardCharsets.UTF_8)
        : "BINARY " + Arrays.toString(bytes);
  }

  private static String control(Framedata f) {
    ByteBuffer payload = f.getPayloadData().duplicate();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return f.getOpcode() + " " + Arrays.toString(bytes);
  }

  /** The library's draft, and nothing of a connection around it. */
  private static Heard theirs(List<byte[]> frames) {
    Heard heard = new Heard();
    Draft_6455 draft = new Draft_6455(List.of(), MAX);
    draft.setParseMode(Role.CLIENT);
    WebSocketImpl line =
        new WebSocketImpl(
            new WebSocketAdapter() {
              @Override
              public void onWebsocketMessage(WebSocket connection, String text) {
                heard.messages.add("TEXT " + text);
              }

              @Override
              public void onWebsocketMessage(WebSocket connection, ByteBuffer blob) {
                byte[] bytes = new byte[blob.remaining()];
                blob.get(bytes);
                heard.messages.add(message(false, bytes));
              }

              @Override
              public void onWebsocketOpen(WebSocket connection, Handshakedata handshake) {}

              @Override
              public void onWebsocketClose(
                  WebSocket connection, int code, String reason, boolean remote) {}

              @Override
              public void onWebsocketClosing(
                  WebSocket connection, int code, String reason, boolean remote) {}

              @Override
              public void onWebsocketCloseInitiated(
                  WebSocket connection, int code, String reason) {}

              @Override
              public void onWebsocketError(WebSocket connection, Exception e) {
                throw new AssertionError(e);
              }

              @Override
              public void onWriteDemand(WebSocket connection) {}

              @Override
              public java.net.InetSocketAddress getLocalSocketAddress(WebSocket connection) {
                return null;
              }

              @Override
              public java.net.InetSocketAddress getRemoteSocketAddress(WebSocket connection) {
                return null;
              }
            },
            draft);
    try {
      for (byte[] bytes : frames) {
        for (Framedata f : draft.translateFrame(ByteBuffer.wrap(bytes))) {
          if (f.getOpcode() == Opcode.CLOSING) {
            heard.control.add(control(f));
            return heard;
          } else if (f.getOpcode() == Opcode.PING || f.getOpcode() == Opcode.PONG) {
            heard.control.add(control(f));
          } else {
            draft.processFrame(line, f);
          }
        }
      }
    } catch (InvalidDataException e) {
      heard.refused = e.getCloseCode();
    } catch (NullPointerException e) {
      heard.refused = CloseFrame.NO_UTF8; // What it makes of a reason that is not UTF-8.
    }
    return heard;
  }

  /** Ours, reading whatever a socket might give at once. */
  private Heard ours(List<byte[]> frames) {
    Heard heard = new Heard();
    InPlaceDraft draft =
        new InPlaceDraft(
            MAX,
            f ->
                heard.messages.add(
                    message(f.isText(), Arrays.copyOfRange(f.array(), f.from(), f.to()))));
    byte[] all = InPlaceDraftTest.join(frames.toArray(new byte[0][]));
    int most = 1 + random.nextInt(random.nextBoolean() ? 8 : 2 * all.length + 1);
    try {
      for (int at = 0; at < all.length; ) {
        int to = Math.min(all.length, at + 1 + random.nextInt(most));
        byte[] read = Arrays.copyOfRange(all, at, to);
        for (Framedata f : draft.translateFrame(ByteBuffer.wrap(read))) {
          heard.control.add(control(f));
        }
        Arrays.fill(read, (byte) '#');
        at = to;
      }
    } catch (InvalidDataException e) {
      heard.refused = e.getCloseCode();
    }
    return heard;
  }

  private byte[] payload(boolean text, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (text ? ' ' + random.nextInt(95) : random.nextInt(256));
    }
    return bytes;
  }

  private int length() {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> 125;
      case 2 -> 126;
      case 3 -> MAX;
      case 4 -> MAX + 1;
      default -> random.nextInt(80);
    };
  }

  /** A frame; its length is written shorter or longer than need be now and then. */
  private byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    int n = payload.length;
    int form = random.nextInt(10);
    if (n < 126 && form > 1) {
      out.write(n);
    } else if (form > 0) {
      out.write(126);
      out.write(n >> 8);
      out.write(n);
    } else {
      out.write(127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(n).array());
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private List<byte[]> conversation() {
    List<byte[]> frames = new ArrayList<>();
    int open = 0; // The opcode of a message of which more is to come.
    boolean text = true;
    int count = 1 + random.nextInt(14);
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(40);
      if (kind < 8) {
        byte[] payload = payload(false, random.nextInt(8) == 0 ? 125 : random.nextInt(20));
        frames.add(frame(0x89 + random.nextInt(2), payload));
      } else if (kind == 8) {
        byte[] reason = payload(true, random.nextInt(10));
        byte[] code = {3, (byte) (0xe8 + random.nextInt(3))};
        frames.add(frame(0x88, InPlaceDraftTest.join(code, reason)));
      } else if (kind == 9) {
        // Anything in the first byte.
        frames.add(frame(random.nextInt(256), payload(true, length())));
      } else if (kind == 10) {
        frames.add(frame(0x88, payload(false, random.nextInt(4)))); // A close frame of nonsense.
      } else {
        boolean last = random.nextInt(3) > 0;
        boolean lawful = random.nextInt(30) > 0;
        boolean goesOn = lawful == (open != 0);
        if (!goesOn) {
          text = random.nextBoolean();
        }
        int opcode = goesOn ? 0 : text ? 1 : 2;
        frames.add(frame((last ? 0x80 : 0) | opcode, payload(text, length())));
        open = last ? 0 : 1;
      }
    }
    return frames;
  }

  /** Whether some message is, with all its fragments. */
  private static boolean isTooLong(List<byte[]> frames) {
    int sum = 0;
    for (byte[] frame : frames) {
      int second = frame[1];
      int payload = frame.length - (second < 126 ? 2 : second == 126 ? 4 : 10);
      int opcode = frame[0] & 15;
      if (opcode < 8) {
        sum = opcode == 0 ? sum + payload : payload;
      }
      if (sum > MAX) {
        return true;
      }
    }
    return false;
  }

  @Test
  void random_conversations_are_heard_as_the_librarys_own_draft_hears_them() {
    TreeMap<Integer, Integer> ends = new TreeMap<>();
    int messages = 0;
    for (int i = 0; i < COUNT; i++) {
      long seed = random.nextLong();
      random = new SplittableRandom(seed);
      List<byte[]> frames = conversation();
      Heard theirs = theirs(frames);
      Heard ours = ours(frames);
      assertEquals(theirs.messages, ours.messages, () -> "seed " + seed);
      // What is too long is refused here by its header, and there when the whole of it has come.
      assertTrue(
          ours.refused == theirs.refused || ours.refused != 0 && isTooLong(frames),
          () -> "seed " + seed + ": " + theirs.refused + " is " + ours.refused);
      if (ours.refused == 0) {
        assertEquals(theirs.control, ours.control, () -> "seed " + seed);
      } else {
        // What came in the same read as what is refused is not told any more.
        assertTrue(
            theirs.control.size() >= ours.control.size()
                && theirs.control.subList(0, ours.control.size()).equals(ours.control),
            () -> "seed " + seed);
      }
      ends.merge(theirs.refused, 1, Integer::sum);
      messages += theirs.messages.size();
    }
    assertTrue(messages > COUNT, messages + " messages");
    for (int end : new int[] {0, 1002, 1009}) {
      assertTrue(ends.getOrDefault(end, 0) > COUNT / 100, () -> "they end with " + ends);
    }
  }
}
