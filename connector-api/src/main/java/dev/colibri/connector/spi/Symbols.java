package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The instruments a dialect read last, by the venue's spelling: replies about many instruments need
 * them. One to a dialect; used by one thread at a time.
 */
public final class Symbols {
  private Map<String, Instrument> bySymbol = new TreeMap<>();

  /**
   * Puts these in the place of all known so far, and returns them.
   *
   * @param spellings attributes that hold further spellings, by which they are found, too
   */
  public List<Instrument> learn(List<Instrument> instruments, String... spellings) {
    Map<String, Instrument> map = new TreeMap<>();
    for (Instrument i : instruments) {
      for (String spelling : spellings) {
        map.putIfAbsent(i.attributes().getOrDefault(spelling, i.symbol()), i);
      }
      map.put(i.symbol(), i);
    }
    bySymbol = map;
    return instruments;
  }

  /** These alone; all that are known where there are none of these. */
  public Symbols among(List<Instrument> instruments) {
    if (instruments.isEmpty()) {
      return this;
    }
    Symbols some = new Symbols();
    some.learn(instruments);
    return some;
  }

  /** Every instrument, once. */
  public List<Instrument> all() {
    return bySymbol.values().stream().distinct().toList();
  }

  /** The instrument of that spelling, or null. */
  public @Nullable Instrument find(String symbol) {
    return bySymbol.get(symbol);
  }

  /** What {@code reader} makes of the instrument of that spelling; null where there is none. */
  public <T> @Nullable T with(String symbol, Function<Instrument, T> reader) {
    Instrument instrument = find(symbol);
    return instrument == null ? null : reader.apply(instrument);
  }

  /**
   * The instrument of that spelling.
   *
   * @throws TextException when there is none
   */
  public Instrument get(String symbol) {
    Instrument instrument = find(symbol);
    if (instrument == null) {
      throw new TextException("not an instrument: " + Escape.text(symbol));
    }
    return instrument;
  }
}
