package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A connection of market data whose messages a {@link MarketFormat} describes. What is left to a
 * venue is to subscribe, and to hear what is no market data.
 *
 * <p>Books, trades and tops are read without allocating. Fields may stand in any order; a message
 * is fastest where what it is comes before its content.
 */
public abstract class MarketSession implements Session {
  /** Stands for the id of a frame that an answer does not name. */
  protected static final long ANY = -1;

  /** What was asked for and not answered, by the id of its frame. */
  private final Map<Long, List<Topic>> asked = new TreeMap<>();

  private final MarketFormat.Compiled format;
  private final MarketReader reader;

  /** One a name that is heard under another one. */
  private final Map<Instrument, MarketReader> echoes = new LinkedHashMap<>();

  private final Call<Endpoint> endpoint;

  /** A fresh session, where the venue hands out the address. */
  protected MarketSession(MarketFormat format, Call<Endpoint> endpoint) {
    this.format = format.compile();
    this.endpoint = endpoint;
    reader = new MarketReader(this.format);
  }

  /** A fresh session at a part of the venue's API. */
  protected MarketSession(MarketFormat format, String part, String path) {
    this(format, Call.of(Endpoint.at(part, path)));
  }

  @Override
  public final Call<Endpoint> endpoint() {
    return endpoint;
  }

  /**
   * What the venue says of one instrument is from now on heard of another one, too, because both
   * share a book: messages are read once more for each.
   */
  protected final void alsoFor(Instrument said, Instrument heard) {
    echoes.computeIfAbsent(heard, h -> new MarketReader(format, said, h));
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(
        signing -> {
          asked.put(signing.requestId(), new ArrayList<>(topics));
          return frame(true, topics, signing);
        });
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    context.send(signing -> frame(false, topics, signing));
  }

  /**
   * The frame that asks for topics, or no longer for them. Answers to it are told by {@link
   * #answered}; where the venue repeats an id, it is the {@link SigningContext#requestId()}.
   */
  protected abstract String frame(boolean subscribe, List<Topic> topics, SigningContext signing);

  /**
   * The venue answered a subscription: every topic of the frame that waits for an answer and that
   * the answer is about is accepted or refused.
   *
   * @param requestId of the frame; {@link #ANY} where the answer does not name it
   * @param about which topics
   * @param fault the refusal; null when the venue accepted
   * @throws TextException when the venue refuses what nobody waits for
   */
  protected final void answered(
      long requestId, Predicate<Topic> about, @Nullable Fault fault, SessionContext context) {
    List<Topic> topics = new ArrayList<>();
    for (Map.Entry<Long, List<Topic>> frame : asked.entrySet()) {
      if (requestId == ANY || frame.getKey() == requestId) {
        frame.getValue().stream().filter(about).forEach(topics::add);
        frame.getValue().removeAll(topics);
      }
    }
    asked.values().removeIf(List::isEmpty);
    if (topics.isEmpty() && fault != null) {
      throw new TextException("the venue refuses a frame: " + fault.raw());
    }
    for (Topic topic : topics) {
      if (fault == null) {
        context.accepted(topic);
      } else {
        context.refused(topic, fault);
      }
    }
  }

  /** The same, of all topics of a frame. */
  protected final void answered(long requestId, @Nullable Fault fault, SessionContext context) {
    answered(requestId, topic -> true, fault, context);
  }

  @Override
  public final void received(Frame frame, SessionContext context) {
    if (!reader.read(frame, context)) {
      other(frame, context);
    } else if (!echoes.isEmpty()) {
      for (MarketReader echo : echoes.values()) {
        echo.read(frame, context);
      }
    }
  }

  /**
   * A message that is no market data: an answer to a subscription, an error, a pong. Whatever it
   * throws quarantines the message.
   *
   * @param frame valid only during the call
   */
  protected abstract void other(Frame frame, SessionContext context);
}
