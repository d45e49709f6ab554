package dev.colibri.connector.spi;

import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.List;

/**
 * The stream of an account that begins to flow with the login, in JSON. A session that subscribes
 * to channels replaces {@link #subscribe}.
 */
public abstract class AccountSession implements Session {
  private final Call<Endpoint> endpoint;

  /** A fresh session that replaces {@link #endpoint}, as one that has to keep a token. */
  protected AccountSession() {
    this(Call.refused("the session says no address"));
  }

  /** A fresh session, where the venue hands out the address. */
  protected AccountSession(Call<Endpoint> endpoint) {
    this.endpoint = endpoint;
  }

  /** A fresh session at a part of the venue's API. */
  protected AccountSession(String part, String path) {
    this(Call.of(Endpoint.at(part, path)));
  }

  @Override
  public Call<Endpoint> endpoint() {
    return endpoint;
  }

  /** The login asked for everything there is. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(context::accepted);
  }

  /** The account is watched as long as the connection lasts. */
  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {}

  @Override
  public final void received(Frame frame, SessionContext context) {
    if (frame.length() > 0 && frame.array()[frame.from()] == '{') {
      message(frame.json(), context);
    } else {
      word(frame.utf8());
    }
  }

  /** A message came. Whatever it throws quarantines the message. */
  protected abstract void message(Json message, SessionContext context);

  /** A frame that is no JSON object, as a plain {@code pong}; what is not expected throws. */
  protected void word(String text) {
    throw new TextException("not a JSON object: " + Escape.text(text));
  }
}
