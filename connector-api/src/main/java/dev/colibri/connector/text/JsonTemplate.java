package dev.colibri.connector.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tape of a document that was read, which is the tape of every document within the same {@link
 * Bounds}: that needs no reading.
 *
 * <p>Venues write the same few messages over and over, and most numbers with the same number of
 * digits. Any other document is read, which tells nothing else than the template would.
 *
 * <p>Immutable, but for a count on which nothing depends that is read. All threads share what is
 * known, without a lock. There is one template for each length, up to {@value #MAX_BYTES} bytes and
 * {@value #PLACES} templates.
 */
final class JsonTemplate {
  private static final int MAX_BYTES = 2048;
  private static final int PLACES = 512;

  /** After so many documents that were others, the next one takes the place of a template. */
  private static final int PATIENCE = 64;

  private static final @Nullable JsonTemplate[] KNOWN = new JsonTemplate[PLACES];

  private final Bounds bounds;
  private final int[] values;
  private final JsonShape[] shapes;
  private int others;

  private JsonTemplate(Bounds bounds, int[] values, JsonShape[] shapes) {
    this.bounds = bounds;
    this.values = values;
    this.shapes = shapes;
  }

  /** The template of a document; null where none is known. */
  static @Nullable JsonTemplate of(byte[] array, int from, int to) {
    JsonTemplate known = KNOWN[to - from & PLACES - 1];
    return known != null && known.bounds.contain(array, from, to) ? known : null;
  }

  /** What is on the tape of every such document. */
  int[] values() {
    return values;
  }

  /** The shapes of its objects. */
  JsonShape[] shapes() {
    return shapes;
  }

  /** Remembers a document that was read, of which the first words of a tape tell. */
  static void learn(byte[] b, int length, int[] tape, int words, JsonShape[] shapes) {
    if (length < Bounds.MIN_BYTES || length > MAX_BYTES) {
      return;
    }
    JsonTemplate known = KNOWN[length & PLACES - 1];
    if (known == null || ++known.others > PATIENCE) {
      int[] values = Arrays.copyOf(tape, words);
      Bounds bounds = bounds(new JsonTape(b, length, values, shapes), words);
      KNOWN[length & PLACES - 1] = new JsonTemplate(bounds, values, shapes);
    }
  }

  private static Bounds bounds(JsonTape tape, int words) {
    var bounds = new Bounds.Builder(tape.bytes(), 0, tape.length());
    for (int value = 0; value < words; value += tape.kind(value) <= JsonTape.ARRAY ? 2 : 1) {
      if (tape.kind(value) == JsonTape.STRING) {
        bounds.letters(tape.from(value), tape.to(value));
      } else if (tape.kind(value) == JsonTape.NUMBER) {
        bounds.digits(tape.from(value), tape.to(value));
      }
    }
    return bounds.build();
  }
}
