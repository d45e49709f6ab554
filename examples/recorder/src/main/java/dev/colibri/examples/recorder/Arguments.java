package dev.colibri.examples.recorder;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands on the command line: words, and options with or without a value. Immutable. */
final class Arguments {
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> options = new LinkedHashMap<>();

  /**
   * Reads a command line.
   *
   * @param flags options without a value
   * @param valued options with a value
   * @throws IllegalArgumentException naming what is not understood
   */
  Arguments(List<String> args, Set<String> flags, Set<String> valued) {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("--")) {
        words.add(arg);
      } else if (flags.contains(arg)) {
        options.put(arg, "");
      } else if (valued.contains(arg) && i + 1 < args.size()) {
        options.put(arg, args.get(++i));
      } else {
        throw new IllegalArgumentException(
            valued.contains(arg) ? arg + " needs a value" : "not understood: " + arg);
      }
    }
  }

  List<String> words() {
    return words;
  }

  boolean has(String option) {
    return options.containsKey(option);
  }

  @Nullable String find(String option) {
    return options.get(option);
  }

  String text(String option, String fallback) {
    return options.getOrDefault(option, fallback);
  }

  int number(String option, int fallback, int most) {
    String text = text(option, Integer.toString(fallback));
    try {
      int n = Integer.parseInt(text);
      if (n >= 1 && n <= most) {
        return n;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(option + " is 1 to " + most + ", not " + text);
  }

  /** As {@code 500ms}, {@code 60s}, {@code 15m}, {@code 2h}. */
  Duration duration(String option, String fallback) {
    String text = text(option, fallback);
    try {
      Duration d =
          text.endsWith("ms")
              ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
              : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (!d.isNegative() && !d.isZero()) {
        return d;
      }
    } catch (DateTimeParseException | NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(option + " is as 60s, 15m or 2h, not " + text);
  }

  /** As {@code 800KB}, {@code 50MB}, {@code 2GB}, in bytes. */
  long size(String option, String fallback) {
    String text = text(option, fallback);
    if (text.matches("(?i)[1-9][0-9]{0,5}[KMG]B")) {
      long n = Long.parseLong(text.substring(0, text.length() - 2));
      char unit = text.toUpperCase(Locale.ROOT).charAt(text.length() - 2);
      return n << 10 * " KMG".indexOf(unit);
    }
    throw new IllegalArgumentException(option + " is as 800KB, 50MB or 2GB, not " + text);
  }

  /** As {@code USDT=10000,BTC=1}; null when it was not said. */
  @Nullable Map<String, String> amounts(String option) {
    String text = options.get(option);
    if (text == null) {
      return null;
    }
    Map<String, String> amounts = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      String[] of = part.split("=", 2);
      if (of.length < 2 || of[0].isBlank() || !isAmount(of[1])) {
        throw new IllegalArgumentException(option + " is as USDT=10000,BTC=1, not " + text);
      }
      amounts.put(of[0], of[1]);
    }
    return amounts;
  }

  /** As {@code 0.002}; more than zero. */
  String amount(String option, String fallback) {
    String text = text(option, fallback);
    if (!isAmount(text) || new BigDecimal(text).signum() == 0) {
      throw new IllegalArgumentException(option + " is as " + fallback + ", not " + text);
    }
    return text;
  }

  private static boolean isAmount(String text) {
    return text.matches("[0-9]{1,20}(\\.[0-9]{1,20})?");
  }
}
