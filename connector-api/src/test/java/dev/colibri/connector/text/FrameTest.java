package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FrameTest {
  @Test
  void isAWindowOfALargerArray() {
    byte[] bytes = "xx[\"é\"]yy".getBytes(StandardCharsets.UTF_8);
    Frame frame = new Frame();
    assertSame(frame, frame.wrap(bytes, 2, 8, true));
    assertSame(bytes, frame.array());
    assertEquals(2, frame.from());
    assertEquals(8, frame.to());
    assertEquals(6, frame.length());
    assertTrue(frame.isText());
    assertEquals("[\"é\"]", frame.utf8());
    assertEquals("é", frame.json().at(0).asText());
    assertFalse(frame.wrap(bytes, 0, 0, false).isText());
  }

  @Test
  void showsItsSizeAndNotItsContent() {
    assertEquals("text frame of 6 bytes", Frame.of("canary").toString());
  }

  @Test
  void staysInsideItsArray() {
    byte[] bytes = new byte[4];
    assertThrows(IndexOutOfBoundsException.class, () -> new Frame().wrap(bytes, -1, 2, true));
    assertThrows(IndexOutOfBoundsException.class, () -> new Frame().wrap(bytes, 3, 2, true));
    assertThrows(IndexOutOfBoundsException.class, () -> new Frame().wrap(bytes, 0, 5, true));
  }
}
