package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.io.Drop.Answer;
import dev.colibri.connector.io.DroppingServer.End;
import dev.colibri.connector.io.DroppingServer.Idle;
import dev.colibri.connector.spi.SpotVenue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How often other clients deliver a mutation to the same server: the figures of {@code
 * docs/one-delivery.md}. They are theirs to change, so this is no part of the build.
 */
@EnabledIfSystemProperty(named = "clients", matches = "all")
class OtherClientsTest {
  private static final int MOST = 1_000;

  /** Sends a request and reads the reply. */
  private interface Client {
    void send(String method, URI uri, String form) throws Exception;
  }

  private static Map<String, Predicate<Drop>> kinds() {
    Predicate<Drop> whole = Drop::isAnsweredWhole;
    Predicate<Drop> kept = d -> d.isReadWhole() && d.idle() == Idle.KEPT;
    Predicate<Drop> silent = kept.and(d -> d.written() == 0);
    Map<String, Predicate<Drop>> kinds = new LinkedHashMap<>();
    kinds.put("no byte of a reply, new connection", silent.and(d -> !d.pooled()));
    kinds.put("no byte of a reply, kept connection", silent.and(Drop::pooled));
    kinds.put("a reply cut off anywhere", kept.and(d -> d.written() > 0).and(Predicate.not(whole)));
    kinds.put("kept connection ended before", d -> ended(d.idle()) && d.end() != End.KEPT);
    kinds.put("503, Retry-After: 0", answered(kept, Set.of(Answer.UNAVAILABLE)));
    kinds.put("408", answered(kept, Set.of(Answer.TIMEOUT)));
    kinds.put("301 or 302", answered(kept, Set.of(Answer.MOVED, Answer.FOUND)));
    kinds.put(
        "307 or 308", answered(kept, Set.of(Answer.TEMPORARY_REDIRECT, Answer.PERMANENT_REDIRECT)));
    kinds.put(
        "401, 407, 421 or 429",
        answered(kept, Set.of(Answer.UNAUTHORIZED, Answer.PROXY, Answer.MISDIRECTED, Answer.BUSY)));
    return kinds;
  }

  private static boolean ended(Idle idle) {
    return Set.of(Idle.CLOSED, Idle.RESET, Idle.HALF_CLOSED).contains(idle);
  }

  private static Predicate<Drop> answered(Predicate<Drop> kept, Set<Answer> answers) {
    return kept.and(d -> answers.contains(d.answer()) && d.end() == End.KEPT);
  }

  @Test
  void howOftenTheyDeliver() throws Exception {
    Map<String, Client> clients = new LinkedHashMap<>();
    try (LiveHost host = new LiveHost()) {
      clients.put("Colibri", colibri(host));
      clients.put("OkHttp " + okhttp3.OkHttp.VERSION, okHttp(new OkHttpClient()));
      clients.put(
          "OkHttp without retryOnConnectionFailure",
          okHttp(new OkHttpClient.Builder().retryOnConnectionFailure(false).build()));
      String jdk = " of " + System.getProperty("java.version");
      clients.put("HttpURLConnection" + jdk, OtherClientsTest::urlConnection);
      clients.put("java.net.http.HttpClient" + jdk, jdk(HttpClient.newHttpClient()));
      StringBuilder table = new StringBuilder("| |");
      kinds().keySet().forEach(kind -> table.append(' ').append(kind).append(" |"));
      for (Map.Entry<String, Client> client : clients.entrySet()) {
        table.append("\n| ").append(client.getKey()).append(" |");
        for (Map.Entry<String, Predicate<Drop>> kind : kinds().entrySet()) {
          String figure = figure(client.getValue(), kind.getValue());
          table.append(' ').append(figure).append(" |");
          if (client.getKey().equals("Colibri")) {
            assertTrue(figure.startsWith("0 "), kind.getKey() + ": " + figure);
          }
        }
      }
      System.out.println(table);
    }
  }

  /** How many of the drops were delivered more than once. */
  private static String figure(Client client, Predicate<Drop> kind) throws Exception {
    List<Drop> drops = Drop.some(Integer.MAX_VALUE, 1).stream().filter(kind).limit(MOST).toList();
    List<Integer> counts = new ArrayList<>();
    try (DroppingServer server = new DroppingServer()) {
      for (int i = 0; i < drops.size(); i++) {
        lose(client, server, drops.get(i), "/" + i + "/order");
      }
      for (int i = 0; i < drops.size(); i++) {
        String order = "/" + i + "/";
        counts.add(
            server.delivered.entrySet().stream()
                .filter(d -> d.getKey().startsWith(order))
                .mapToInt(Map.Entry::getValue)
                .sum());
      }
    }
    long twice = counts.stream().filter(n -> n > 1).count();
    int most = counts.stream().mapToInt(n -> n).max().orElse(0);
    assertEquals(drops.size(), counts.size());
    return String.format(Locale.ROOT, "%s of %s (most %s)", twice, drops.size(), most);
  }

  private static void lose(Client client, DroppingServer server, Drop drop, String path)
      throws Exception {
    DroppingServer.Plan plan = drop.plan();
    server.next(plan);
    if (drop.pooled()) {
      try {
        client.send("GET", server.at("/warm"), null);
      } catch (IOException e) {
        // It met the connection that the mutation before lost.
        client.send("GET", server.at("/warm"), null);
      }
      client.send("GET", server.at("/last"), null);
    }
    plan.rests().complete(null);
    if (drop.idle() != Idle.KEPT) {
      plan.idled().get(30, TimeUnit.SECONDS);
    }
    try {
      client.send(drop.method(), server.at(path), drop.form());
    } catch (IOException | RuntimeException lost) {
      // What it says of it is another matter; some throw what they do not declare.
    }
    // Where it never came, there is nothing to wait for.
    server.next(null);
  }

  private static Client colibri(LiveHost host) {
    SpotVenue venue =
        SpotVenue.of(
                () -> {
                  throw new AssertionError("no dialect is needed");
                },
                null)
            .plainTextOnLoopback();
    Transport transport = host.transport(venue, Set.of("127.0.0.1"));
    return (method, uri, form) -> {
      CompletableFuture<Object> told = new CompletableFuture<>();
      byte[] body = form == null ? null : DroppingServer.ascii(form);
      transport.http(
          new Transport.HttpRequest(
              method, uri, Map.of(), "text/plain", body, Duration.ofSeconds(30)),
          told::complete);
      told.get();
    };
  }

  private static Client okHttp(OkHttpClient client) {
    return (method, uri, form) -> {
      RequestBody body =
          method.equals("GET")
              ? null
              : RequestBody.create(form == null ? "" : form, MediaType.get("text/plain"));
      Request request = new Request.Builder().url(uri.toString()).method(method, body).build();
      try (Response response = client.newCall(request).execute()) {
        response.body().bytes();
      }
    };
  }

  private static void urlConnection(String method, URI uri, String form) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    if (form != null) {
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(DroppingServer.ascii(form));
      }
    }
    boolean refused = connection.getResponseCode() >= 400;
    try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
      if (in != null) {
        in.readAllBytes();
      }
    }
  }

  private static Client jdk(HttpClient client) {
    return (method, uri, form) -> {
      HttpRequest.BodyPublisher body =
          form == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(form);
      client.send(
          HttpRequest.newBuilder(uri).method(method, body).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    };
  }
}
