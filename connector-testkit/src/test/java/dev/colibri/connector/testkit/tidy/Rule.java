package dev.colibri.connector.testkit.tidy;

import java.util.ArrayList;
import java.util.List;

/**
 * A house rule.
 *
 * @param name what findings call it
 * @param reason why it is one, in a sentence
 * @param check looks at all files at once
 */
record Rule(String name, String reason, Check check) {

  /** Looks at files and reports what breaks the rule. */
  interface Check {
    void run(List<Source> sources, Report report);
  }

  /** Looks at one file. */
  interface FileCheck {
    void run(Source source, Report report);
  }

  /** Takes findings. */
  interface Report {
    void finding(Source source, int line, String message);
  }

  static Rule eachFile(String name, String reason, FileCheck check) {
    return new Rule(name, reason, (sources, report) -> sources.forEach(s -> check.run(s, report)));
  }

  static Rule eachJavaFile(String name, String reason, FileCheck check) {
    return eachFile(
        name,
        reason,
        (source, report) -> {
          if (source.isJava()) {
            check.run(source, report);
          }
        });
  }

  List<Finding> findings(List<Source> sources) {
    List<Finding> all = new ArrayList<>();
    check.run(
        sources,
        (source, line, message) -> all.add(new Finding(source.path(), line, name, message)));
    return all;
  }
}
