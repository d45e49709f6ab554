package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Every tape of a venue, while things go wrong between the tape and the engine. */
public final class TapesUnderFaults {
  private TapesUnderFaults() {}

  /**
   * Plays them all.
   *
   * @param venue with keys that are no secret
   * @param folder has {@code venue.tape} and the scenarios
   * @param from the first seed
   * @param seeds how many
   * @return a line about what went wrong; the same seeds and tapes give the same
   * @throws TapeException naming the seed and tape of something unlawful that the user was told
   */
  public static String play(Venue<?> venue, Path folder, long from, long seeds) throws IOException {
    Tape venueTape = Tape.read(folder.resolve("venue.tape"));
    List<Tape> tapes = tapes(folder);
    List<List<FaultyPlayer.Result>> results =
        tapes.parallelStream()
            .map(
                tape -> {
                  var player = new FaultyPlayer(venue, venueTape);
                  return LongStream.range(from, from + seeds)
                      .mapToObj(seed -> player.play(tape, seed))
                      .toList();
                })
            .toList();

    Map<TapeFault, Integer> faults = new EnumMap<>(TapeFault.class);
    Duration virtual = Duration.ZERO;
    int orders = 0;
    var hashes = new StringBuilder();
    for (var result : results.stream().flatMap(List::stream).toList()) {
      result.faults().forEach((fault, n) -> faults.merge(fault, n, Integer::sum));
      virtual = virtual.plus(result.virtual());
      orders += result.orders();
      hashes.append(result.hash());
    }
    return String.format(
        Locale.ROOT,
        "sim: tapes-%s seeds=%d tapes=%d virtual_hours=%.1f orders=%d faults=<%s> violations=0"
            + " trace=%.16s",
        venue.dialect().profile().name(),
        seeds,
        tapes.size(),
        virtual.toMinutes() / 60.0,
        orders,
        faults.entrySet().stream()
            .map(e -> e.getKey() + ":" + e.getValue())
            .collect(Collectors.joining(" ")),
        Hex.encode(Digest.sha256(hashes.toString().getBytes(StandardCharsets.UTF_8))));
  }

  private static List<Tape> tapes(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.toString().endsWith(".tape") && !f.endsWith("venue.tape"))
          .sorted()
          .map(Tape::read)
          .toList();
    }
  }
}
