package dev.colibri.examples.benchmarks;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A depth message of fifty changes: from its bytes to a book whose best bid and ask are read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class DepthToBook {
  static final int MESSAGES = 1000;

  /** Whose way. */
  @Param({"colibri", "xchange", "databind", "floor"})
  public String of = "";

  private BookPath path;

  /** Loads the book. */
  @Setup
  public void open() {
    path = BookPath.Kind.valueOf(of.toUpperCase(Locale.ROOT)).open(DepthTape.of(7, MESSAGES));
  }

  /** Lets the numbers of the messages go on; not measured. */
  @TearDown(Level.Invocation)
  public void rewind() {
    path.reel().rewind();
  }

  /** Ends what was opened. */
  @TearDown
  public void close() {
    path.close();
  }

  /** All messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void message(Busy busy, Blackhole seen) throws Exception {
    busy.begin();
    for (int i = 0; i < MESSAGES; i++) {
      seen.consume(path.apply(i));
    }
    busy.end(MESSAGES);
  }
}
