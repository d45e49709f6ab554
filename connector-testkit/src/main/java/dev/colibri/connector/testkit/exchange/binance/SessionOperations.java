package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;

/** User data streams, and what only a session of the WebSocket API can do. */
final class SessionOperations extends Operations {

  SessionOperations(BinanceProtocol protocol, Exchange exchange) {
    super(protocol, exchange);
    listenKeys();
    session();
  }

  // User data streams

  private void listenKeys() {
    add(
        "POST /api/v3/userDataStream",
        "userDataStream.start",
        Access.KEY,
        2,
        (call, out) -> {
          call.params().done();
          var key =
              protocol.users().listenKey(call.account(), () -> protocol.randomId(60), call.now());
          out.object().put("listenKey", key).end();
        });
    add(
        "PUT /api/v3/userDataStream",
        "userDataStream.ping",
        Access.KEY,
        2,
        (call, out) -> {
          var name = call.params().text("listenKey");
          call.params().done();
          protocol.users().extend(call.account(), name, call.now());
          out.object().end();
        });
    add(
        "DELETE /api/v3/userDataStream",
        "userDataStream.stop",
        Access.KEY,
        2,
        (call, out) -> {
          var name = call.params().text("listenKey");
          call.params().done();
          protocol.users().close(call.account(), name);
          out.object().end();
        });
  }

  // Sessions of the WebSocket API

  private interface InSession {
    void handle(ApiSession session, Call call, JsonWriter out);
  }

  private void session(String method, Access access, InSession handler) {
    add(
        "",
        method,
        access,
        2,
        (call, out) -> {
          var session = call.session();
          if (session == null) {
            throw new IllegalStateException("asked outside a session: " + method);
          }
          handler.handle(session, call, out);
        });
  }

  private void session() {
    session(
        "session.logon",
        Access.SIGNED,
        (session, call, out) -> {
          call.params().done();
          if (call.key() != null) {
            session.logOn(call.key(), out, call.now());
          }
        });
    session(
        "session.status", Access.PUBLIC, (session, call, out) -> session.status(out, call.now()));
    session(
        "session.logout", Access.PUBLIC, (session, call, out) -> session.logOut(out, call.now()));
    session("session.subscriptions", Access.PUBLIC, (session, call, out) -> session.list(out));
    session(
        "userDataStream.subscribe",
        Access.PUBLIC,
        (session, call, out) -> {
          var key = session.key();
          if (key == null) {
            throw new ApiError(401, -2015, "Invalid API-key, IP, or permissions for action.");
          }
          session.subscribe(key.account(), true, out);
        });
    session(
        "userDataStream.subscribe.signature",
        Access.SIGNED,
        (session, call, out) -> {
          call.params().done();
          session.subscribe(call.account(), false, out);
        });
    session(
        "userDataStream.unsubscribe",
        Access.PUBLIC,
        (session, call, out) -> {
          var id = call.params().findNumber("subscriptionId");
          call.params().done();
          session.unsubscribe(id, out, call.now());
        });
  }
}
