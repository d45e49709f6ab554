package dev.colibri.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long the measuring thread was on a processor: what others do on the machine meanwhile is no
 * part of it. Taken around many operations at a time, for it costs about a microsecond.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Busy {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Nanoseconds. */
  public long cpu;

  /** Bytes that it allocated. */
  public long bytes;

  /** What was done meanwhile. */
  public long operations;

  private long begun;
  private long had;

  /** An iteration's counters begin at nothing. */
  @Setup(Level.Iteration)
  public void clear() {
    cpu = 0;
    bytes = 0;
    operations = 0;
  }

  /** Before the operations. */
  void begin() {
    had = THREADS.getCurrentThreadAllocatedBytes();
    begun = THREADS.getCurrentThreadCpuTime();
  }

  /** After them. */
  void end(long done) {
    cpu += THREADS.getCurrentThreadCpuTime() - begun;
    bytes += THREADS.getCurrentThreadAllocatedBytes() - had;
    operations += done;
  }
}
