package dev.colibri.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * What all threads of this process use for something that is counted while it goes on by itself.
 * The compiler's and the collector's are no Java threads, and are left out: which spares those who
 * make garbage.
 */
final class Meter {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Medians of a few windows.
   *
   * @param cpuNanos for one
   * @param bytes allocated for one
   * @param perSecond how many there were
   */
  record Use(double cpuNanos, double bytes, double perSecond) {}

  /** So many windows more, at the most, until it is warm. */
  private static final int PATIENCE = 15;

  private Meter() {}

  /**
   * Measures.
   *
   * @param count how many there have been so far
   * @param warmUpMillis before the first window, and until there were {@code enough}: on a machine
   *     that is busy time alone compiles nothing
   * @param windowMillis how long each of them is
   */
  static Use measure(
      LongSupplier count, long enough, int windows, long warmUpMillis, long windowMillis) {
    pause(warmUpMillis);
    for (int i = 0; i < PATIENCE && count.getAsLong() < enough; i++) {
      pause(windowMillis);
    }
    double[] cpu = new double[windows];
    double[] bytes = new double[windows];
    double[] rate = new double[windows];
    for (int i = 0; i < windows; i++) {
      long beginCount = count.getAsLong();
      long beginCpu = cpu();
      long beginBytes = allocated();
      long begin = System.nanoTime();
      pause(windowMillis);
      // On a machine that is busy a server may wait for its turn as long as that.
      for (int more = 0; more < PATIENCE && count.getAsLong() == beginCount; more++) {
        pause(windowMillis);
      }
      double done = count.getAsLong() - beginCount;
      if (done == 0) {
        throw new IllegalStateException("nothing came");
      }
      cpu[i] = (cpu() - beginCpu) / done;
      bytes[i] = (allocated() - beginBytes) / done;
      rate[i] = done * 1e9 / (System.nanoTime() - begin);
    }
    return new Use(median(cpu), median(bytes), median(rate));
  }

  /** The middle one; of two, their mean. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static void pause(long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static long cpu() {
    long sum = 0;
    for (long id : THREADS.getAllThreadIds()) {
      sum += Math.max(0, THREADS.getThreadCpuTime(id));
    }
    return sum;
  }

  private static long allocated() {
    long sum = 0;
    for (long id : THREADS.getAllThreadIds()) {
      sum += Math.max(0, THREADS.getThreadAllocatedBytes(id));
    }
    return sum;
  }
}
