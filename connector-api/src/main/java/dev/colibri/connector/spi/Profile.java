package dev.colibri.connector.spi;

import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.text.BaseUri;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a venue is: its name, hosts, defaults, and who looks after the connector. Immutable. */
public final class Profile {

  /** What the connector's tests show. */
  public enum Status {
    /**
     * Every card passes, on tapes recorded from the venue wherever the venue can be made to do what
     * the card is about, and a live order was placed and canceled.
     */
    GREEN,
    /** Every card passes on tapes typed from documentation; it was never run against the venue. */
    YELLOW,
    /** Some cards fail, or the venue changed since. */
    RED
  }

  /** Whether the venue itself stops a second order with the same client id. */
  public enum DuplicateIds {
    /** Refused while the first is open; free again afterwards. */
    REFUSED_WHILE_OPEN,
    /** Refused for good. */
    REFUSED_ALWAYS,
    /** Answered with the first order: there is never a second one. */
    RETURNS_FIRST,
    /** Taken: the client id protects from nothing. */
    TAKEN
  }

  private final String name;
  private final String displayName;
  private final Map<String, Map<String, BaseUri>> hosts;
  private final FeeRate defaultFees;
  private final FeeCharge buyFee;
  private final ClientIdRule clientIds;
  private final DuplicateIds duplicateIds;
  private final Duration visibilityDelay;
  private final Duration clockTolerance;
  private final BookDiscipline bookDiscipline;
  private final List<Integer> bookDepths;
  private final int mostBookLevels;
  private final @Nullable BookChecksum bookChecksum;
  private final String maintainer;
  private final Status status;
  private final URI apiPage;
  private final LocalDate checked;

  private Profile(Builder b) {
    name = b.name;
    displayName = b.displayName;
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(b.hosts));
    defaultFees = Objects.requireNonNull(b.defaultFees, "fees");
    buyFee = b.buyFee;
    clientIds = Objects.requireNonNull(b.clientIds, "clientIds");
    duplicateIds = b.duplicateIds;
    visibilityDelay = b.visibilityDelay;
    clockTolerance = b.clockTolerance;
    bookDiscipline = Objects.requireNonNull(b.bookDiscipline, "books");
    bookDepths = b.bookDepths;
    mostBookLevels = b.mostBookLevels;
    bookChecksum = b.bookChecksum;
    maintainer = b.maintainer;
    status = b.status;
    apiPage = Objects.requireNonNull(b.apiPage, "apiPage");
    checked = Objects.requireNonNull(b.checked, "checked");
    if (!hosts.containsKey("live")) {
      throw new IllegalArgumentException(name + " has no live hosts");
    }
  }

  /** The venue and kind, as in {@code binance-spot}. */
  public String name() {
    return name;
  }

  /** For people. */
  public String displayName() {
    return displayName;
  }

  /** By environment ({@code live}, {@code testnet}): where each part of the venue's API begins. */
  public Map<String, Map<String, BaseUri>> hosts() {
    return hosts;
  }

  /** What an account pays unless the venue says otherwise. */
  public FeeRate defaultFees() {
    return defaultFees;
  }

  /** Where the fee of a buy is taken from. */
  public FeeCharge buyFee() {
    return buyFee;
  }

  public ClientIdRule clientIds() {
    return clientIds;
  }

  public DuplicateIds duplicateIds() {
    return duplicateIds;
  }

  /**
   * How long an order that exists may be invisible to queries. A negative answer younger than this
   * proves nothing. It is counted from when the request left, so that it covers how late the venue
   * still takes one, whose stamp may be of a clock that was ahead, and then how late it shows it.
   */
  public Duration visibilityDelay() {
    return visibilityDelay;
  }

  /** How far a request's time may be off before the venue refuses it. */
  public Duration clockTolerance() {
    return clockTolerance;
  }

  /** How its order books are kept. */
  public BookDiscipline bookDiscipline() {
    return bookDiscipline;
  }

  /**
   * The depths of book that its stream offers, smallest first: each keeps to a window of so many
   * levels a side. Empty where the stream tells of every level.
   */
  public List<Integer> bookDepths() {
    return bookDepths;
  }

  /**
   * What to subscribe to for a book.
   *
   * @param wanted how many levels a side; 0 for all
   * @return the smallest depth on offer that is enough, or the greatest there is; {@code wanted}
   *     where the stream tells of every level
   */
  public int bookDepth(int wanted) {
    if (bookDepths.isEmpty()) {
      return wanted;
    }
    return bookDepths.stream()
        .filter(depth -> wanted > 0 && depth >= wanted)
        .findFirst()
        .orElse(bookDepths.get(bookDepths.size() - 1));
  }

  /**
   * How many levels a side the answer to a request for a book has at most, however many are asked
   * for; 0 where it has as many as are asked for, or more.
   */
  public int mostBookLevels() {
    return mostBookLevels;
  }

  /** How the checksum of its books is computed; null where it sends none. */
  public @Nullable BookChecksum bookChecksum() {
    return bookChecksum;
  }

  public String maintainer() {
    return maintainer;
  }

  public Status status() {
    return status;
  }

  /** The venue's API documentation. */
  public URI apiPage() {
    return apiPage;
  }

  /** When the connector was last read against it. */
  public LocalDate checked() {
    return checked;
  }

  /** Begins a profile. */
  public static Builder builder(String name, String displayName) {
    return new Builder(name, displayName);
  }

  /** Collects a profile. */
  public static final class Builder {
    private final String name;
    private final String displayName;
    private final Map<String, Map<String, BaseUri>> hosts = new LinkedHashMap<>();
    private @Nullable FeeRate defaultFees;
    private FeeCharge buyFee = FeeCharge.DEDUCTED_FROM_RETURNS;
    private @Nullable ClientIdRule clientIds;
    private DuplicateIds duplicateIds = DuplicateIds.TAKEN;
    private Duration visibilityDelay = Duration.ofSeconds(5);
    private Duration clockTolerance = Duration.ofSeconds(1);
    private @Nullable BookDiscipline bookDiscipline;
    private List<Integer> bookDepths = List.of();
    private int mostBookLevels;
    private @Nullable BookChecksum bookChecksum;
    private String maintainer = "colibri";
    private Status status = Status.YELLOW;
    private @Nullable URI apiPage;
    private @Nullable LocalDate checked;

    private Builder(String name, String displayName) {
      this.name = name;
      this.displayName = displayName;
    }

    /** The base URI of a part of the API in an environment. */
    public Builder host(String environment, String part, String uri) {
      return host(environment, part, BaseUri.of(uri));
    }

    /** The same, of a part whose base may hold a key. */
    public Builder host(String environment, String part, BaseUri base) {
      hosts.computeIfAbsent(environment, e -> new LinkedHashMap<>()).put(part, base);
      return this;
    }

    /** The parts of the API in an environment, each with its base URI: {@code "rest https://…"}. */
    public Builder hosts(String environment, String... parts) {
      for (String part : parts) {
        String[] words = part.split(" ");
        host(environment, words[0], words[1]);
      }
      return this;
    }

    /** Default rates as fractions, and where a buy's fee is taken from. */
    public Builder fees(String maker, String taker, FeeCharge buyFee) {
      this.defaultFees =
          new FeeRate(null, new java.math.BigDecimal(maker), new java.math.BigDecimal(taker));
      this.buyFee = buyFee;
      return this;
    }

    public Builder clientIds(ClientIdRule rule, DuplicateIds duplicates) {
      this.clientIds = rule;
      this.duplicateIds = duplicates;
      return this;
    }

    public Builder visibilityDelay(Duration delay) {
      this.visibilityDelay = delay;
      return this;
    }

    public Builder clockTolerance(Duration tolerance) {
      this.clockTolerance = tolerance;
      return this;
    }

    public Builder books(BookDiscipline discipline) {
      this.bookDiscipline = discipline;
      return this;
    }

    /** The depths of book that its stream offers, each a window of so many levels a side. */
    public Builder bookDepths(Integer... depths) {
      this.bookDepths = Arrays.stream(depths).sorted().toList();
      return this;
    }

    /**
     * How many levels a side the answer to a request for a book has at most. A side with fewer than
     * that, and fewer than were asked for, is whole; one with as many is unknown beyond them.
     */
    public Builder mostBookLevels(int levels) {
      this.mostBookLevels = levels;
      return this;
    }

    /** How the checksum that comes with each change of a book is computed. */
    public Builder bookChecksum(BookChecksum checksum) {
      this.bookChecksum = checksum;
      return this;
    }

    public Builder maintainer(String maintainer, Status status) {
      this.maintainer = maintainer;
      this.status = status;
      return this;
    }

    /** The venue's API documentation, and when the connector was last read against it. */
    public Builder apiPage(String uri, String checked) {
      this.apiPage = URI.create(uri);
      this.checked = LocalDate.parse(checked);
      return this;
    }

    public Profile build() {
      return new Profile(this);
    }
  }
}
