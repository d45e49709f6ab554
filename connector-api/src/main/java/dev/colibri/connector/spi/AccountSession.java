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
  /** For venues. */
  protected AccountSession() {}

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
