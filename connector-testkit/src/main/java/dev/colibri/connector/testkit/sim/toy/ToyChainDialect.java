package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the toy chain speaks: a question is a query, an answer JSON. */
public class ToyChainDialect implements ChainDialect {
  /** The toy chain under its own name. */
  public static final Profile PROFILE =
      Profile.builder("toy-chain", "Toy chain")
          .host("live", "rest", "https://toy-chain.test")
          .fees("0", "0", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("toy", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_ALWAYS)
          .books(BookDiscipline.FULL_SNAPSHOTS)
          .apiPage("https://toy-chain.test/docs", "2026-11-23")
          .build();

  private static final Token COIN = new Token("", "COIN", 18);
  private static final BigInteger UNLIMITED = BigInteger.ONE.shiftLeft(128);

  private final @Nullable String wallet;

  /**
   * A dialect.
   *
   * @param wallet what signs; null for one that only looks
   */
  public ToyChainDialect(@Nullable String wallet) {
    this.wallet = wallet;
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Limit> limits() {
    return List.of();
  }

  @Override
  public List<Stream> streams() {
    return List.of();
  }

  @Override
  public Signed depart(Request request, SigningContext context) {
    Form form = new Form();
    request.params().forEach(p -> form.add(p.name(), p.value()));
    return Signed.of(request).query(form.toString());
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    String text = reply.text();
    if (!text.startsWith("{")) {
      Fault byStatus = Fault.ofStatus(reply);
      return reply.status() == 200
          ? Fault.of(Fault.Kind.OUTCOME_UNKNOWN, "no answer of a node")
          : byStatus;
    }
    Json json;
    try {
      json = reply.json();
    } catch (TextException e) {
      return Fault.of(Fault.Kind.OUTCOME_UNKNOWN, "half an answer");
    }
    String error = json.findText("error");
    return error == null ? null : named(error);
  }

  private static Fault named(String error) {
    Fault.Kind kind =
        switch (error) {
          case "busy" -> Fault.Kind.RATE_LIMITED;
          case "nonce too low" -> Fault.Kind.NONCE_STALE;
          case "insufficient funds", "transfer amount exceeds balance" ->
              Fault.Kind.INSUFFICIENT_FUNDS;
          case "too little out", "too much in" -> Fault.Kind.BAD_PRICE;
          default -> Fault.Kind.REJECTED;
        };
    return Fault.of(kind, error);
  }

  @Override
  public Token nativeToken() {
    return COIN;
  }

  @Override
  public Duration blockTime() {
    return Duration.ofSeconds(2);
  }

  @Override
  public int confirmations() {
    return 4;
  }

  @Override
  public @Nullable String wallet() {
    return wallet;
  }

  private String requireWallet() {
    if (wallet == null) {
      throw new IllegalStateException("the connector was opened without a wallet");
    }
    return wallet;
  }

  // ---------------------------------------------------------------- the chain

  @Override
  public Call<Block> head() {
    return Request.get("/head").urgency(Request.Urgency.TRUTH).json(ToyChainDialect::block);
  }

  @Override
  public Call<Optional<Block>> block(long number) {
    return Request.get("/block")
        .with("number", number)
        .urgency(Request.Urgency.TRUTH)
        .json(json -> json.has("hash") ? Optional.of(block(json)) : Optional.empty());
  }

  private static Block block(Json json) {
    return new Block(
        json.longValue("number"), json.text("hash"), json.text("parent"), json.longValue("millis"));
  }

  @Override
  public Call<GasPrice> gasPrice() {
    return Request.get("/price")
        .json(json -> new GasPrice(integer(json, "most"), integer(json, "tip")));
  }

  private static BigInteger integer(Json json, String field) {
    return new BigInteger(json.text(field));
  }

  // ---------------------------------------------------------------- transactions

  @Override
  public Call<Long> nonce() {
    return Request.get("/nonce")
        .with("wallet", requireWallet())
        .urgency(Request.Urgency.TRUTH)
        .json(json -> json.longValue("nonce"));
  }

  @Override
  public Call<List<Long>> nonceOfEach() {
    return Request.get("/nonces")
        .with("wallet", requireWallet())
        .urgency(Request.Urgency.TRUTH)
        .json(json -> json.get("nonces").items().stream().map(Json::asLong).toList());
  }

  @Override
  public Call<Long> estimate(TransactionDraft draft) {
    return Request.get("/estimate")
        .with("from", requireWallet())
        .with("to", draft.to())
        .with("value", draft.value().toString())
        .with("data", new String(draft.data(), StandardCharsets.UTF_8))
        .json(json -> json.longValue("gas") * 5 / 4);
  }

  @Override
  public SignedTransaction sign(TransactionDraft draft, long nonce, long gas, GasPrice price) {
    String text =
        String.join(
            "|",
            requireWallet(),
            Long.toString(nonce),
            Long.toString(gas),
            price.most().toString(),
            price.tip().toString(),
            draft.to(),
            draft.value().toString(),
            new String(draft.data(), StandardCharsets.UTF_8));
    return new SignedTransaction(
        ToyChain.hash(text), nonce, gas, price, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public TransactionDraft nothing() {
    return new TransactionDraft(
        "nothing", requireWallet(), BigInteger.ZERO, new byte[0], 21_000, 0);
  }

  @Override
  public Call<String> broadcast(SignedTransaction transaction, int attempt) {
    return Request.post("/send")
        .with("attempt", attempt)
        .with("text", new String(transaction.bytes(), StandardCharsets.UTF_8))
        .urgency(Request.Urgency.ORDER)
        .json(json -> json.text("hash"));
  }

  @Override
  public Call<Optional<Receipt>> receipt(String hash) {
    return Request.get("/receipt")
        .with("hash", hash)
        .urgency(Request.Urgency.TRUTH)
        .json(json -> json.has("block") ? Optional.of(receipt(json)) : Optional.empty());
  }

  private static Receipt receipt(Json json) {
    List<Receipt.Log> logs = new ArrayList<>();
    for (Json log : json.get("logs").items()) {
      logs.add(
          new Receipt.Log(
              log.text("address"),
              log.get("topics").items().stream().map(Json::asText).toList(),
              Hex.decode(log.text("data"))));
    }
    return new Receipt(
        json.text("hash"),
        json.longValue("number"),
        json.text("block"),
        json.text("succeeded").equals("yes"),
        json.longValue("gas"),
        integer(json, "cost"),
        logs);
  }

  @Override
  public Call<Optional<String>> sentWith(long nonce, long from, long to) {
    return Request.get("/sent")
        .with("wallet", requireWallet())
        .with("nonce", nonce)
        .with("from", from)
        .with("to", to)
        .urgency(Request.Urgency.TRUTH)
        .json(json -> Optional.ofNullable(json.findText("hash")));
  }

  @Override
  public Call<Boolean> isKnown(String hash) {
    return Request.get("/known")
        .with("hash", hash)
        .urgency(Request.Urgency.TRUTH)
        .json(json -> json.text("known").equals("yes"));
  }

  @Override
  public Call<Fault> whyFailed(TransactionDraft draft, Receipt receipt) {
    return Request.get("/why").with("hash", receipt.hash()).json(json -> named(json.text("why")));
  }

  // ---------------------------------------------------------------- tokens

  @Override
  public Call<Token> token(String address) {
    return Call.of(new Token(address, address, 18));
  }

  @Override
  public Call<List<TokenAmount>> balances(List<Token> tokens, Block at) {
    return Call.all(
        tokens.stream()
            .map(
                token ->
                    Request.get("/balance")
                        .with("holder", requireWallet())
                        .with("token", token.address())
                        .with("at", at.number())
                        .json(json -> new TokenAmount(token, integer(json, "balance"))))
            .toList());
  }

  @Override
  public Call<BigInteger> allowance(Token token, String spender) {
    return Request.get("/allowance")
        .with("holder", requireWallet())
        .with("token", token.address())
        .with("spender", spender)
        .json(json -> integer(json, "allowance"));
  }

  @Override
  public List<TransactionDraft> allow(Plan.Allowance allowance, BigInteger now, boolean unlimited) {
    BigInteger amount = unlimited ? UNLIMITED : allowance.amount().raw();
    List<TransactionDraft> drafts = new ArrayList<>();
    if (now.signum() > 0 && allowance.amount().token().address().startsWith("reset")) {
      drafts.add(approve(allowance, BigInteger.ZERO));
    }
    drafts.add(approve(allowance, amount));
    return drafts;
  }

  private static TransactionDraft approve(Plan.Allowance a, BigInteger amount) {
    return draft(
        "approve " + amount + " " + a.amount().token(),
        a.amount().token().address(),
        "approve," + a.spender() + "," + amount,
        0);
  }

  /** What calls a contract. */
  public static TransactionDraft draft(String what, String to, String words, long deadlineMillis) {
    return new TransactionDraft(
        what, to, BigInteger.ZERO, words.getBytes(StandardCharsets.UTF_8), 0, deadlineMillis);
  }

  /** Asks a contract at the end of a block. */
  public static Call<String> read(String contract, String words, Block at) {
    return Request.get("/read")
        .with("to", contract)
        .with("data", words)
        .with("at", at.number())
        .json(json -> json.text("value"));
  }
}
