package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.colibri.connector.text.Frame;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.Framedata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InPlaceDraftTest {

  /** A frame as a server sends it. */
  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    int n = payload.length;
    if (n < 126) {
      out.write(n);
    } else if (n < 65_536) {
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

  static byte[] frame(int first, String payload) {
    return frame(first, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Everything a server may lawfully say, its close frame last. */
  private static final byte[] CONVERSATION =
      join(
          frame(0x81, "{\"hello\":\"ürün\"}"),
          frame(0x81, ""),
          frame(0x89, "are you there"),
          frame(0x81, "x".repeat(125)),
          frame(0x81, "y".repeat(126)),
          frame(0x82, new byte[] {0, 1, -1}),
          frame(0x01, "one "),
          frame(0x89, ""),
          frame(0x00, "two "),
          frame(0x8a, "here I am"),
          frame(0x80, "three"),
          frame(0x02, new byte[0]),
          frame(0x00, new byte[] {5}),
          frame(0x80, new byte[] {6}),
          frame(0x81, "z".repeat(300)),
          frame(0x88, new byte[] {3, (byte) 232, 'b', 'y', 'e'}),
          frame(0x81, "after the close frame"));

  private static final List<String> HEARD =
      List.of(
          "TEXT {\"hello\":\"ürün\"}",
          "TEXT ",
          "TEXT " + "x".repeat(125),
          "TEXT " + "y".repeat(126),
          "BINARY [0, 1, -1]",
          "TEXT one two three",
          "BINARY [5, 6]",
          "TEXT " + "z".repeat(300));

  private static final List<String> CONTROL = List.of("PING", "PING", "PONG", "CLOSING");

  private final List<String> heard = new ArrayList<>();
  private final List<String> control = new ArrayList<>();

  private InPlaceDraft draft(int max) {
    heard.clear();
    control.clear();
    return new InPlaceDraft(
        max,
        f ->
            heard.add(
                f.isText()
                    ? "TEXT " + f.utf8()
                    : "BINARY "
                        + Arrays.toString(Arrays.copyOfRange(f.array(), f.from(), f.to()))));
  }

  private void feed(InPlaceDraft draft, byte[] bytes, int from, int to)
      throws InvalidDataException {
    // The socket's buffer is reused: what was read before is overwritten.
    byte[] buffer = new byte[to - from + 3];
    Arrays.fill(buffer, (byte) '#');
    System.arraycopy(bytes, from, buffer, 3, to - from);
    ByteBuffer read = ByteBuffer.wrap(buffer, 3, to - from);
    for (Framedata f : draft.translateFrame(read)) {
      control.add(f.getOpcode().name());
    }
    assertEquals(0, read.remaining());
    Arrays.fill(buffer, (byte) '#');
  }

  @Test
  void aConversationCutAnywhereIsHeardAlike() throws InvalidDataException {
    for (int cut = 0; cut <= CONVERSATION.length; cut++) {
      InPlaceDraft draft = draft(1_000);
      feed(draft, CONVERSATION, 0, cut);
      feed(draft, CONVERSATION, cut, CONVERSATION.length);
      assertEquals(HEARD, heard, "cut at " + cut);
      assertEquals(CONTROL, control, "cut at " + cut);
    }
  }

  @Test
  void aConversationInSlicesOfAnySizeIsHeardAlike() throws InvalidDataException {
    SplittableRandom random = new SplittableRandom(1);
    for (int run = 0; run < 500; run++) {
      InPlaceDraft draft = draft(1_000);
      int most = run == 0 ? 1 : 1 + random.nextInt(40);
      for (int at = 0; at < CONVERSATION.length; ) {
        int to = Math.min(CONVERSATION.length, at + 1 + random.nextInt(most));
        feed(draft, CONVERSATION, at, to);
        at = to;
      }
      assertEquals(HEARD, heard);
      assertEquals(CONTROL, control);
    }
  }

  @Test
  void aLongMessageIsTakenUpToTheLimitInOneFrameOrMany() throws InvalidDataException {
    String text = "m".repeat(200_000);
    InPlaceDraft draft = draft(200_000);
    byte[] whole = frame(0x81, text);
    for (int at = 0; at < whole.length; at += 10_000) {
      feed(draft, whole, at, Math.min(whole.length, at + 10_000));
    }
    byte[] parts =
        join(
            frame(0x01, text.substring(0, 70_000)),
            frame(0x00, text.substring(70_000, 70_010)),
            frame(0x80, text.substring(70_010)));
    feed(draft, parts, 0, parts.length);
    assertEquals(List.of("TEXT " + text, "TEXT " + text), heard);

    InPlaceDraft smaller = draft(199_999);
    assertEquals(1009, refused(smaller, frame(0x81, text)).getCloseCode());
    assertEquals(1009, refused(draft(199_999), parts).getCloseCode());
    assertEquals(List.of(), heard);
  }

  private InvalidDataException refused(InPlaceDraft draft, byte[] bytes) {
    return assertThrows(InvalidDataException.class, () -> feed(draft, bytes, 0, bytes.length));
  }

  @Test
  void whatIsTooLargeIsRefusedByItsHeaderBeforeAnythingIsAllocated() {
    InPlaceDraft draft = draft(InPlaceDraft.MAX_MESSAGE);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (long announced : new long[] {InPlaceDraft.MAX_MESSAGE + 1, 1L << 31, 1L << 62, -1}) {
      byte[] header =
          join(new byte[] {(byte) 0x82, 127}, ByteBuffer.allocate(8).putLong(announced).array());
      assertEquals(1009, refused(draft, header).getCloseCode());
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 1_000_000, "allocated " + allocated);
  }

  @ParameterizedTest
  @CsvSource({
    "c1 00, a reserved bit",
    "a1 00, a reserved bit",
    "91 00, a reserved bit",
    "81 80, a mask",
    "83 00, opcode 3",
    "87 00, opcode 7",
    "8b 00, opcode 11",
    "8f 00, opcode 15",
    "09 00, a fragmented ping",
    "89 7e, a long ping",
    "88 7f, a long close frame",
    "80 00, the end of nothing",
    "00 00, a part of nothing",
    "01 00 81 00, a message within another",
    "01 00 02 00, two messages at once",
    "88 02 03 ed, a close code that is never sent",
  })
  void aProtocolErrorIsNamedAtItsHeader(String hex, String what) {
    byte[] bytes = new byte[(hex.length() + 1) / 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(3 * i, 3 * i + 2), 16);
    }
    assertEquals(1002, refused(draft(1_000), bytes).getCloseCode(), what);
    assertEquals(List.of(), heard);
  }

  @Test
  void aCloseFrameWhoseReasonIsNotUtf8IsRefusedAsSuch() {
    byte[] farewell = frame(0x88, new byte[] {3, (byte) 232, 'b', (byte) 0xff});
    assertEquals(1007, refused(draft(1_000), farewell).getCloseCode());
  }

  @Test
  void messagesAreHandedOverWhereTheyLie() throws InvalidDataException {
    byte[] read = join(frame(0x81, "first"), frame(0x81, "second"));
    List<Integer> places = new ArrayList<>();
    InPlaceDraft draft =
        new InPlaceDraft(
            100,
            f -> {
              assertTrue(f.array() == read);
              places.add(f.from());
              places.add(f.to());
            });
    draft.translateFrame(ByteBuffer.wrap(read));
    assertArrayEquals(new Object[] {2, 7, 9, 15}, places.toArray());
  }

  @Test
  void whatCameInOneReadHasTheTimeOfItsFirstMessage() throws InvalidDataException {
    byte[] stream = join(join(frame(0x81, "one"), frame(0x81, "two")), frame(0x81, "three"));
    long[] clock = {100};
    List<String> told = new ArrayList<>();
    InPlaceDraft draft =
        new InPlaceDraft(100, () -> clock[0]++, f -> told.add(f.utf8() + " " + f.readNanos()));
    int cut = stream.length - 3;
    draft.translateFrame(ByteBuffer.wrap(stream, 0, cut));
    assertEquals(List.of("one 100", "two 100"), told);
    draft.translateFrame(ByteBuffer.wrap(stream, cut, 1));
    draft.translateFrame(ByteBuffer.wrap(stream, cut + 1, 2));
    assertEquals(List.of("one 100", "two 100", "three 101"), told);
  }

  @Test
  void nothingIsAllocatedPerMessage() throws InvalidDataException {
    long[] bytes = new long[1];
    InPlaceDraft draft = new InPlaceDraft(10_000, (Frame f) -> bytes[0] += f.length());
    byte[] stream = new byte[0];
    for (int i = 0; i < 100; i++) {
      stream = join(stream, frame(0x81, "d".repeat(100 + 7 * i)));
    }
    // Reads of 4,000 bytes: most messages are whole in one, every tenth or so is cut.
    ByteBuffer[] reads = new ByteBuffer[(stream.length + 3_999) / 4_000];
    for (int i = 0; i < reads.length; i++) {
      int from = 4_000 * i;
      reads[i] = ByteBuffer.wrap(stream, from, Math.min(4_000, stream.length - from));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int round = 0; round < 3_000; round++) {
      if (round == 2_000) {
        allocated = threads.getCurrentThreadAllocatedBytes();
      }
      for (int i = 0; i < reads.length; i++) {
        reads[i].position(4_000 * i);
        draft.translateFrame(reads[i]);
      }
    }
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
    assertTrue(bytes[0] > 3_000L * 100 * 100, "heard " + bytes[0]);
    // 100,000 messages; the measuring itself costs a few bytes.
    assertTrue(allocated < 1_000, "allocated " + allocated);
  }
}
