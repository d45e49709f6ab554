package dev.colibri.connector.testkit.tidy;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A package that is too large for one look lists its parts in its {@code package-info}: a list item
 * each, with the part's name and, in code, its classes. A part sees itself and those before it.
 */
final class Parts {
  private static final Pattern PART =
      Pattern.compile("<li>(\\w+):[^{<]*\\{@code ([^}]*)}", Pattern.DOTALL);
  private static final Pattern TYPE = Pattern.compile("(?<![.\\w])[A-Z]\\w*");
  private static final Pattern OTHERS =
      Pattern.compile(
          "\\bimport [\\w.]+\\.([A-Z]\\w*);|\\b(?:class|enum|record|interface) ([A-Z]\\w*)");

  private Parts() {}

  static final Rule PARTS =
      new Rule(
          "package-parts",
          "A part of a package is understood with those before it.",
          (sources, report) ->
              sources.stream()
                  .filter(s -> s.isMain() && s.path().endsWith("/package-info.java"))
                  .forEach(list -> check(list, sources, report)));

  private static void check(Source list, List<Source> sources, Rule.Report report) {
    Map<String, Integer> places = new LinkedHashMap<>();
    Matcher m = PART.matcher(list.text());
    for (int place = 0; m.find(); place++) {
      for (String type : m.group(2).replace('*', ' ').strip().split("\\s+")) {
        if (places.put(type, place) != null) {
          report.finding(list, list.line(m.start()), type + " is in two parts");
        }
      }
    }
    if (places.isEmpty()) {
      return;
    }
    Set<String> missing = new TreeSet<>(places.keySet());
    for (Source source : sources) {
      if (isOf(list, source)) {
        missing.remove(source.name());
        check(source, places, report);
      }
    }
    missing.forEach(type -> report.finding(list, 1, "there is no " + type));
  }

  private static boolean isOf(Source list, Source source) {
    return source != list
        && source.isJava()
        && source.isMain()
        && source.packageName().equals(list.packageName());
  }

  private static void check(Source source, Map<String, Integer> places, Rule.Report report) {
    Integer own = places.get(source.name());
    if (own == null) {
      report.finding(source, 1, source.name() + " is in no part of its package");
      return;
    }
    Set<String> known = new LinkedHashSet<>();
    Matcher other = OTHERS.matcher(source.code());
    while (other.find()) {
      known.add(other.group(1) == null ? other.group(2) : other.group(1));
    }
    Matcher type = TYPE.matcher(source.code());
    while (type.find()) {
      // Once a file is enough.
      if (places.getOrDefault(type.group(), 0) > own && known.add(type.group())) {
        report.finding(
            source, source.line(type.start()), type.group() + " is of a part that comes later");
      }
    }
  }
}
