package dev.colibri.connector.amm.evm;

import dev.colibri.connector.spi.Request;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of several nodes is asked. The first is, unless it lately gave no answer; an attempt that
 * follows another one goes elsewhere. Knows how far each of them has come: one that is behind knows
 * less, and what it does not know proves nothing.
 */
final class Nodes {
  /** A parameter of requests: the nodes, by number, that are not to be asked again. */
  static final String EXCEPT = "except";

  /** A parameter of requests: how many nodes to go on from the first. */
  static final String SKIP = "skip";

  /** How long a node is passed over that gave no answer. */
  private static final long REST_MILLIS = 15_000;

  /** How many requests may be without an answer at the most, of those that are remembered. */
  private static final int MOST_ASKED = 512;

  private final int count;
  private final long[] heads;
  private final long[] restsUntil;
  private final boolean[] ofTheChain;
  private final Map<Request, Asked> asked = new LinkedHashMap<>();

  /** A request on its way. */
  private static final class Asked {
    int node;
    boolean answered;
    final boolean[] tried;
    @Nullable Json answer;

    Asked(int count) {
      tried = new boolean[count];
    }
  }

  Nodes(int count) {
    this.count = count;
    heads = new long[count];
    restsUntil = new long[count];
    ofTheChain = new boolean[count];
  }

  int count() {
    return count;
  }

  /** The node that a request goes to now; the same request again means that nothing came. */
  int choose(Request request, long millis) {
    Asked a = asked.get(request);
    if (a == null || a.answered) {
      asked.remove(request);
      a = new Asked(count);
      asked.put(request, a);
      if (asked.size() > MOST_ASKED) {
        Iterator<Request> oldest = asked.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    } else {
      a.tried[a.node] = true;
      restsUntil[a.node] = millis + REST_MILLIS;
      // Who does not answer does not make others late: what it told may never have been.
      heads[a.node] = 0;
    }
    String skip = request.param(SKIP);
    int first = skip == null ? 0 : Integer.parseInt(skip);
    boolean[] except = except(request);
    a.node = choose(first, a.tried, except, millis);
    if (a.node < 0) {
      // Nobody else answers: one that was to be left out is better than none.
      a.node = choose(first, a.tried, new boolean[count], millis);
    }
    if (a.node < 0) {
      // Every one of them was tried: once more from the start.
      Arrays.fill(a.tried, false);
      a.node = choose(first, a.tried, new boolean[count], millis);
    }
    return a.node;
  }

  private int choose(int first, boolean[] tried, boolean[] except, long millis) {
    int resting = -1;
    for (int i = 0; i < count; i++) {
      int node = (first + i) % count;
      if (tried[node] || except[node]) {
        continue;
      }
      if (restsUntil[node] <= millis) {
        return node;
      }
      if (resting < 0 || restsUntil[node] < restsUntil[resting]) {
        resting = node;
      }
    }
    return resting;
  }

  private boolean[] except(Request request) {
    boolean[] except = new boolean[count];
    String said = request.param(EXCEPT);
    if (said != null) {
      for (String node : said.split(",")) {
        except[Integer.parseInt(node)] = true;
      }
    }
    return except;
  }

  /** Something came that is an answer, or a refusal that is none of that node only. */
  void answered(Request request, @Nullable Json answer) {
    Asked a = asked.get(request);
    if (a != null) {
      a.answered = true;
      a.answer = answer;
      restsUntil[a.node] = 0;
    }
  }

  /** Whether each of them said that it is of our chain. */
  boolean isEveryoneOfTheChain() {
    for (boolean known : ofTheChain) {
      if (!known) {
        return false;
      }
    }
    return true;
  }

  /** The node that a request went to said of which chain it is. */
  void isOfTheChain(Request request, boolean yes) {
    Asked a = asked.get(request);
    if (a != null) {
      ofTheChain[a.node] = yes;
    }
  }

  /** Takes the answer that was read when it was judged; {@code text} is read where none was. */
  Answer take(Request request, byte[] text) {
    Asked a = asked.remove(request);
    Json json = a == null || a.answer == null ? Json.parse(text, 0, text.length) : a.answer;
    return new Answer(a == null ? 0 : a.node, json);
  }

  /** What came, and from which node. */
  record Answer(int node, Json json) {}

  /**
   * A node told its latest block.
   *
   * @return whether another one has told of a later one
   */
  boolean isBehind(int node, long head) {
    heads[node] = head;
    return Arrays.stream(heads).anyMatch(h -> h > head);
  }

  /** The parameter that leaves out one more node. */
  static String except(List<Integer> nodes) {
    List<String> numbers = new ArrayList<>();
    nodes.forEach(n -> numbers.add(n.toString()));
    return String.join(",", numbers);
  }

  /** Whether nobody is left to ask. */
  boolean isEveryone(List<Integer> nodes) {
    if (nodes.size() > count) {
      throw new TextException("asked " + nodes + " of " + count);
    }
    return nodes.stream().distinct().count() == count;
  }
}
