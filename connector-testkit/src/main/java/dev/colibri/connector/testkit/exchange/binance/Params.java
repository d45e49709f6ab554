package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, each read by name and checked as the venue does. */
final class Params {

  private static final String DECIMAL = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
  private static final Pattern IS_DECIMAL = Pattern.compile(DECIMAL);
  private static final String LONG = "^[0-9]{1,20}$";
  private static final Pattern IS_LONG = Pattern.compile("[0-9]{1,18}");
  private static final String CLIENT_ID = "^[a-zA-Z0-9-_]{1,36}$";
  private static final String PERP_CLIENT_ID = "^[\\.A-Z\\:/a-z0-9_-]{1,36}$";
  private static final Pattern IS_PERP_CLIENT_ID = Pattern.compile("[.A-Z:/a-z0-9_-]{1,36}");
  private static final Pattern IS_CLIENT_ID = Pattern.compile("[a-zA-Z0-9_-]{1,36}");

  private final Map<String, String> values;
  private final Set<String> read = new LinkedHashSet<>();

  private Params(Map<String, String> values) {
    this.values = values;
  }

  /** Query and form body; a parameter in both counts as the query says. */
  static Params of(String query, String body) {
    var values = parse(query);
    parse(body).forEach(values::putIfAbsent);
    return new Params(values);
  }

  /** The {@code params} of a WebSocket request. */
  static Params of(@Nullable Json object) {
    var values = new LinkedHashMap<String, String>();
    if (object != null) {
      object
          .fields()
          .forEach(
              (name, value) -> {
                if (!value.isNull()) {
                  boolean plain = value.isString() || value.isNumber();
                  values.put(name, plain ? value.asText() : value.toString());
                }
              });
    }
    return new Params(values);
  }

  private static Map<String, String> parse(String form) {
    var values = new LinkedHashMap<String, String>();
    for (var pair : form.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        var name = decode(equals < 0 ? pair : pair.substring(0, equals));
        if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
          throw new ApiError(-1101, "Duplicate values for parameter '" + name + "'.");
        }
      }
    }
    return values;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiError(-1100, "Illegal characters found in a parameter.");
    }
  }

  /** What a WebSocket request signs: its other parameters in alphabetical order, not encoded. */
  String sortedPayload() {
    return new TreeMap<>(values)
        .entrySet().stream()
            .filter(e -> !e.getKey().equals("signature"))
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining("&"));
  }

  @Nullable String find(String name) {
    read.add(name);
    return values.get(name);
  }

  String text(String name) {
    var value = find(name);
    if (value == null || value.isEmpty()) {
      throw ApiError.missing(name);
    }
    return value;
  }

  boolean has(String name) {
    return find(name) != null;
  }

  boolean flag(String name, boolean otherwise) {
    var value = find(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.equals("true") && !value.equals("false")) {
      throw ApiError.illegal(name, "^(true|false)$");
    }
    return value.equals("true");
  }

  long number(String name) {
    var value = text(name);
    if (!IS_LONG.matcher(value).matches()) {
      throw ApiError.illegal(name, LONG);
    }
    return Long.parseLong(value);
  }

  @Nullable Long findNumber(String name) {
    return has(name) ? Long.valueOf(number(name)) : null;
  }

  long number(String name, long otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  /** How many items to return; more than the most counts as the most. */
  int limit(int otherwise, int most) {
    long limit = number("limit", otherwise);
    if (limit == 0) {
      throw new ApiError(-1130, "Data sent for parameter 'limit' is not valid.");
    }
    return (int) Math.min(limit, most);
  }

  @Nullable BigDecimal findDecimal(String name) {
    var value = find(name);
    if (value == null) {
      return null;
    }
    if (value.isEmpty()) {
      throw new ApiError(-1105, "Parameter '" + name + "' was empty.");
    }
    if (!IS_DECIMAL.matcher(value).matches()) {
      throw ApiError.illegal(name, DECIMAL);
    }
    var number = new BigDecimal(value);
    if (number.stripTrailingZeros().scale() > 8) {
      throw new ApiError(-1111, "Parameter '" + name + "' has too much precision.");
    }
    return number;
  }

  BigDecimal decimal(String name) {
    var value = findDecimal(name);
    if (value == null) {
      throw ApiError.missing(name);
    }
    return value;
  }

  @Nullable String findClientId(String name) {
    var value = find(name);
    if (value == null) {
      return null;
    }
    if (value.isEmpty()) {
      throw new ApiError(-1105, "Parameter '" + name + "' was empty.");
    }
    if (!IS_CLIENT_ID.matcher(value).matches()) {
      throw ApiError.illegal(name, CLIENT_ID);
    }
    return value;
  }

  /** A client id of the kind that perpetuals allow. */
  @Nullable String findPerpClientId(String name) {
    var value = find(name);
    if (value == null) {
      return null;
    }
    if (value.length() > 36) {
      throw new ApiError(-4015, "Client order id length should be less than 36 chars");
    }
    if (!IS_PERP_CLIENT_ID.matcher(value).matches()) {
      throw ApiError.illegal(name, PERP_CLIENT_ID);
    }
    return value;
  }

  /** One of an enum's names; {@code wrong} if it is none of them. */
  <E extends Enum<E>> E oneOf(Class<E> type, String name, ApiError wrong) {
    try {
      return Enum.valueOf(type, text(name));
    } catch (IllegalArgumentException e) {
      throw wrong;
    }
  }

  /** The texts of a JSON array, or a single bare text. */
  @Nullable List<String> findList(String name) {
    var value = find(name);
    if (value == null) {
      return null;
    }
    if (!value.startsWith("[")) {
      return List.of(value);
    }
    try {
      var result = new ArrayList<String>();
      Json.parse(value).items().forEach(item -> result.add(item.asText()));
      return result;
    } catch (RuntimeException e) {
      throw new ApiError(-1135, "JSON sent for parameter '" + name + "' is not valid");
    }
  }

  /** Refuses parameters nobody asked for; called before anything is carried out. */
  void done() {
    if (!read.containsAll(values.keySet())) {
      int used = (int) values.keySet().stream().filter(read::contains).count();
      throw new ApiError(
          -1104,
          "Not all sent parameters were read; read '"
              + used
              + "' parameter(s) but was sent '"
              + values.size()
              + "'.");
    }
  }
}
