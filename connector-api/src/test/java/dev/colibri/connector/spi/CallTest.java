package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Conversations of which every part is known already. */
class CallTest {

  /** Parts of two items, under the cursors null, "1", "2"…, as many as said. */
  private static Function<String, Call<Page<Integer>>> parts(int parts) {
    return cursor -> {
      int n = cursor == null ? 0 : Integer.parseInt(cursor);
      String next = n == parts - 1 ? null : Integer.toString(n + 1);
      return Call.of(new Page<>(List.of(2 * n, 2 * n + 1), next));
    };
  }

  private static List<Integer> items(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void a_long_answer_is_all_of_its_parts() {
    assertEquals(items(2), value(Call.pages(parts(1), 3)));
    assertEquals(items(6), value(Call.pages(parts(3), 3)));
  }

  @Test
  void an_answer_that_is_too_long_is_none() {
    Call<List<Integer>> end = end(Call.pages(parts(4), 3));
    Fault fault = assertInstanceOf(Call.Failed.class, end).fault();
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, fault.kind());
    assertEquals("the answer goes on after 6 rows", fault.raw());
  }

  @Test
  void who_wants_no_more_than_the_first_parts_says_so() {
    assertEquals(items(6), value(Call.firstPages(parts(4), 3)));
  }

  private static Object value(Call<?> call) {
    return assertInstanceOf(Call.Done.class, end(call)).value();
  }

  private static <T> Call<T> end(Call<T> call) {
    return call instanceof Call.Then<?, T> then ? end(next(then)) : call;
  }

  private static <A, T> Call<T> next(Call.Then<A, T> then) {
    Call<A> first = end(then.first());
    return first instanceof Call.Done<A> done
        ? then.next().apply(done.value())
        : cast(first); // A refusal is the end of the whole.
  }

  @SuppressWarnings("unchecked")
  private static <T> T cast(Object o) {
    return (T) o;
  }
}
