package dev.colibri.connector.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a venue as a value: one request, or several in order. It does nothing until
 * the engine performs it.
 *
 * @param <T> what it ends with
 */
public sealed interface Call<T> {

  /** One request, and how its answer is read. */
  record Ask<T>(Request request, Function<Reply, T> reader) implements Call<T> {}

  /** A value that is known already. */
  record Done<T>(T value) implements Call<T> {}

  /** A refusal that is known already. */
  record Failed<T>(Fault fault) implements Call<T> {}

  /** Another call after the first, made from its value. */
  record Then<A, T>(Call<A> first, Function<A, Call<T>> next) implements Call<T> {}

  /** The same, later. */
  record After<T>(Duration delay, Call<T> call) implements Call<T> {}

  /** A fault of the first answered by another call, or not at all where the function gives null. */
  record Otherwise<T>(Call<T> first, Function<Fault, @Nullable Call<T>> rescue)
      implements Call<T> {}

  /** A value without asking. */
  static <T> Call<T> of(T value) {
    return new Done<>(value);
  }

  /** A refusal without asking. */
  static <T> Call<T> failed(Fault fault) {
    return new Failed<>(fault);
  }

  /** A refusal of the dialect's own, without asking. */
  static <T> Call<T> refused(String why) {
    return failed(Fault.of(Fault.Kind.REJECTED, why));
  }

  /** The value, changed. */
  default <B> Call<B> map(Function<T, B> f) {
    return new Then<>(this, v -> new Done<>(f.apply(v)));
  }

  /** A further call, made from the value. */
  default <B> Call<B> then(Function<T, Call<B>> next) {
    return new Then<>(this, next);
  }

  /** The same call, begun later. */
  default Call<T> after(Duration delay) {
    return new After<>(delay, this);
  }

  /**
   * Another call where the venue refuses this one; {@code rescue} gives null to let the fault
   * stand.
   */
  default Call<T> otherwise(Function<Fault, @Nullable Call<T>> rescue) {
    return new Otherwise<>(this, rescue);
  }

  /**
   * The same call again and again until its value is enough.
   *
   * @param enough what to wait for
   * @param pause between two askings
   * @param times how often to ask at the most, at least 1; the last value stands, enough or not
   */
  default Call<T> until(Predicate<T> enough, Duration pause, int times) {
    return then(
        value ->
            times <= 1 || enough.test(value)
                ? of(value)
                : until(enough, pause, times - 1).after(pause));
  }

  /** All of them in order, one after the other. */
  static <T> Call<List<T>> all(List<Call<T>> calls) {
    return all(calls, 0, new ArrayList<>());
  }

  private static <T> Call<List<T>> all(List<Call<T>> calls, int at, List<T> values) {
    return at == calls.size()
        ? of(List.copyOf(values))
        : calls
            .get(at)
            .then(
                value -> {
                  List<T> more = new ArrayList<>(values);
                  more.add(value);
                  return all(calls, at + 1, more);
                });
  }

  /**
   * Every item of a long answer, or none: an item that was not asked for is not one that is absent.
   *
   * @param page asks for a part by its cursor, null for the first
   * @param most how many parts to ask for at the most; an answer of more fails, as one whose
   *     outcome is unknown
   */
  static <T> Call<List<T>> pages(Function<@Nullable String, Call<Page<T>>> page, int most) {
    return pages(page, null, most, List.of(), false);
  }

  /**
   * The first items of a long answer, for who looks at the pages to see whether there are more.
   *
   * @param page asks for a part by its cursor, null for the first
   * @param most how many parts to ask for at the most; what lies beyond is left out
   */
  static <T> Call<List<T>> firstPages(Function<@Nullable String, Call<Page<T>>> page, int most) {
    return pages(page, null, most, List.of(), true);
  }

  private static <T> Call<List<T>> pages(
      Function<@Nullable String, Call<Page<T>>> page,
      @Nullable String cursor,
      int left,
      List<T> before,
      boolean first) {
    return page.apply(cursor)
        .then(
            p -> {
              List<T> items = new ArrayList<>(before);
              items.addAll(p.items());
              if (p.next() == null || (left <= 1 && first)) {
                return of(List.copyOf(items));
              }
              return left > 1
                  ? pages(page, p.next(), left - 1, items, first)
                  : failed(
                      Fault.of(
                          Fault.Kind.OUTCOME_UNKNOWN,
                          "the answer goes on after " + items.size() + " rows"));
            });
  }
}
