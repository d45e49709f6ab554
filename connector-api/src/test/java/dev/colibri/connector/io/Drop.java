package dev.colibri.connector.io;

import dev.colibri.connector.io.DroppingServer.End;
import dev.colibri.connector.io.DroppingServer.Idle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;

/**
 * One way in which a server loses a mutation, or its reply, or answers so that clients are tempted
 * to send it again.
 *
 * @param method of the mutation
 * @param body whether it has one
 * @param answer what the server would say
 * @param read how many bytes of the mutation the server reads; more than there are: all
 * @param written how many bytes of the answer it writes before it drops the connection
 * @param end what becomes of the connection then
 * @param pooled whether the mutation is sent on a connection that served others before
 * @param idle what became of that connection before
 */
record Drop(
    String method,
    boolean body,
    Answer answer,
    int read,
    int written,
    End end,
    boolean pooled,
    Idle idle) {

  /** Longer than any mutation. */
  static final int WHOLE = 1 << 20;

  /** As many bytes as every mutation has at least. */
  private static final int SHORTEST = 150;

  /** What a server says. */
  enum Answer {
    LENGTH(200, "Content-Length: 12\r\n", "{\"id\":\"a17\"}"),
    CHUNKED(200, "Transfer-Encoding: chunked\r\n", "5\r\n{\"id\"\r\n7\r\n:\"a17\"}\r\n0\r\n\r\n"),
    UNTIL_CLOSE(200, "Connection: close\r\n", "{\"id\":\"a17\"}"),
    EMPTY(204, "", ""),
    AFTER_INTERIM(100, "\r\nHTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 x\r\nContent-Length: 2\r\n", "{}"),
    MOVED(301, "Location: ./again\r\nContent-Length: 0\r\n", ""),
    FOUND(302, "Location: ./again\r\nContent-Length: 0\r\n", ""),
    TEMPORARY_REDIRECT(307, "Location: ./again\r\nContent-Length: 0\r\n", ""),
    PERMANENT_REDIRECT(308, "Location: ./again\r\nContent-Length: 0\r\n", ""),
    UNAUTHORIZED(401, "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n", ""),
    PROXY(407, "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n", ""),
    TIMEOUT(408, "Content-Length: 0\r\n", ""),
    MISDIRECTED(421, "Content-Length: 0\r\n", ""),
    BUSY(429, "Retry-After: 0\r\nContent-Length: 0\r\n", ""),
    UNAVAILABLE(503, "Retry-After: 0\r\nContent-Length: 0\r\n", "");

    final int status;
    final byte[] bytes;

    Answer(int status, String headers, String body) {
      this.status = status == 100 ? 200 : status;
      this.bytes = DroppingServer.ascii("HTTP/1.1 " + status + " x\r\n" + headers + "\r\n" + body);
    }
  }

  boolean isReadWhole() {
    return read == WHOLE;
  }

  boolean isAnsweredWhole() {
    return written == answer.bytes.length;
  }

  DroppingServer.Plan plan() {
    return new DroppingServer.Plan(read, answer.bytes, written, end, idle);
  }

  /** The body of a mutation, or null. */
  String form() {
    return body ? "symbol=BTCUSDT&side=BUY&quantity=1" : null;
  }

  /**
   * Some of all the ways there are: mutations read up to every byte, or whole and answered up to
   * every byte.
   *
   * @param count how many; all when there are fewer
   */
  static List<Drop> some(int count, long seed) {
    List<Drop> all = new ArrayList<>();
    for (String method : List.of("POST", "PUT", "DELETE")) {
      for (int bits = 0; bits < 12; bits++) {
        boolean body = (bits & 1) != 0;
        boolean pooled = (bits & 2) != 0;
        End end = End.values()[bits >> 2];
        for (Answer answer : Answer.values()) {
          int whole = answer.bytes.length;
          for (int n = end == End.KEPT ? whole : 0; n <= whole; n++) {
            all.add(new Drop(method, body, answer, WHOLE, n, end, pooled, Idle.KEPT));
          }
          if (pooled) {
            for (Idle idle : EnumSet.complementOf(EnumSet.of(Idle.KEPT))) {
              all.add(new Drop(method, body, answer, WHOLE, whole, end, pooled, idle));
            }
          }
        }
        // A kept connection cannot be dropped before its next request and be a kept one still.
        for (int k = pooled ? 1 : 0; k <= SHORTEST && end != End.KEPT; k++) {
          int early = k == 0 ? 0 : Answer.BUSY.bytes.length;
          all.add(new Drop(method, body, Answer.BUSY, k, 0, end, pooled, Idle.KEPT));
          all.add(new Drop(method, body, Answer.BUSY, k, early, end, pooled, Idle.KEPT));
        }
      }
    }
    // What only its end ends cannot be kept.
    all.removeIf(d -> d.end == End.KEPT && d.answer == Answer.UNTIL_CLOSE);
    Collections.shuffle(all, new Random(seed));
    return all.subList(0, Math.min(count, all.size()));
  }
}
