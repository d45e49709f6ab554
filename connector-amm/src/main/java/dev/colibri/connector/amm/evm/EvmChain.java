package dev.colibri.connector.amm.evm;

import dev.colibri.connector.amm.evm.JsonRpc.Question;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.AmmVenue;
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
import dev.colibri.connector.spi.Signer;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.spi.Wrapping;
import dev.colibri.connector.text.BaseUri;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A chain of the Ethereum virtual machine, asked by JSON-RPC, for one wallet or for none.
 *
 * <p>What contracts are asked is pinned to a block by its hash, so that everything read for one
 * purpose is of one state, whichever node answers; one that does not have the block is passed over.
 */
public final class EvmChain implements ChainDialect, Wrapping {
  private static final AbiFunction DATA_FEE =
      AbiFunction.of("getL1FeeUpperBound(uint256 unsignedTxSize)(uint256 fee)");

  /** What an unsigned transaction has beside its data, or more. */
  private static final int FRAME_BYTES = 120;

  /** Gas of two words that a contract writes for the first time, and a little more. */
  private static final long RESERVE = 50_000;

  /** More than a block has on any chain that is named here. */
  private static final long MOST_GAS = 200_000_000;

  private static final BigInteger UNLIMITED =
      BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  private final EvmNetwork network;
  private final @Nullable Signer signer;
  private final @Nullable Address wallet;
  private final Profile profile;
  private final JsonRpc rpc;
  private final ContractReads reads;
  private final Token asset;
  private @Nullable Supplier<List<TransactionDraft>> unfinished;

  /**
   * A chain for a connector.
   *
   * @param venue what the connector is opened from: its signer
   * @throws dev.colibri.connector.text.TextException when the signer's address is none
   */
  public EvmChain(EvmNetwork network, AmmVenue venue) {
    this.network = network;
    signer = venue.signer();
    wallet = signer == null ? null : Address.of(signer.address());
    profile = profile(network);
    rpc = new JsonRpc(network.nodes().size(), network.chainId());
    reads = new ContractReads(rpc, network.find("multicall3"));
    asset = new Token("", network.asset(), 18);
  }

  /** What a connector of one wallet on a chain is opened from. */
  public static AmmVenue on(EvmNetwork network, @Nullable Signer signer) {
    return AmmVenue.of(venue -> new EvmChain(network, venue), signer);
  }

  private static Profile profile(EvmNetwork network) {
    Profile.Builder profile =
        Profile.builder(network.name(), network.name())
            .fees("0", "0.003", FeeCharge.DEDUCTED_FROM_RETURNS)
            .clientIds(
                new ClientIdRule("", 32, ClientIdRule.HEX), Profile.DuplicateIds.REFUSED_ALWAYS)
            .books(BookDiscipline.FULL_SNAPSHOTS)
            .apiPage("https://ethereum.github.io/execution-apis/", "2026-11-23");
    List<BaseUri> nodes = network.nodes();
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException(network + " has no nodes to ask");
    }
    for (int i = 0; i < nodes.size(); i++) {
      profile.host("live", JsonRpc.part(i), nodes.get(i));
    }
    if (network.stream() != null) {
      profile.host("live", EvmHeads.PART, network.stream());
    }
    if (network.privately() != null) {
      profile.host("live", JsonRpc.PRIVATE, network.privately());
    }
    return profile.build();
  }

  public EvmNetwork network() {
    return network;
  }

  // ---- how it is spoken to

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public List<Limit> limits() {
    return List.of(
        Limit.bucket(
            JsonRpc.BUCKET,
            Math.max(10, network.requestsPerSecond()),
            Duration.ofSeconds(1),
            Limit.Scope.IP));
  }

  @Override
  public Signed depart(Request request, SigningContext context) {
    return rpc.depart(request, context);
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return rpc.fault(request, reply);
  }

  @Override
  public List<Stream> streams() {
    return network.stream() == null
        ? List.of()
        : List.of(
            Stream.of("heads", EnumSet.of(Topic.Kind.HEADS), () -> new EvmHeads(network.chainId()))
                .topics(1, 1));
  }

  // ---- the chain

  @Override
  public Token nativeToken() {
    return asset;
  }

  @Override
  public Duration blockTime() {
    return network.blockTime();
  }

  @Override
  public int confirmations() {
    return network.confirmations();
  }

  /** As CAIP-2 names it. */
  @Override
  public String chain() {
    return "eip155:" + network.chainId();
  }

  @Override
  public @Nullable String wallet() {
    return wallet == null ? null : wallet.toString();
  }

  /**
   * The wallet.
   *
   * @throws IllegalStateException when the connector has none
   */
  public Address requireWallet() {
    if (wallet == null) {
      throw new IllegalStateException("the connector was opened without a wallet");
    }
    return wallet;
  }

  @Override
  public Call<Block> head() {
    return rpc.head().map(EvmChain::block);
  }

  @Override
  public Call<Optional<Block>> block(long number) {
    return rpc.upToDate(
        Question.of("eth_getBlockByNumber", Quantity.hex(number), false),
        json -> {
          if (json.isNull()) {
            return Optional.empty();
          }
          Block block = block(json);
          if (block.number() != number) {
            throw new TextException(block + ", where " + number + " was asked for");
          }
          return Optional.of(block);
        },
        Optional::isPresent);
  }

  /**
   * A block's header.
   *
   * <pre>{@code
   * {"number":"0x1b4","hash":"0x…","parentHash":"0x…","timestamp":"0x5bad55",…}
   * }</pre>
   */
  static Block block(Json json) {
    long seconds = Quantity.longNumber(json.get("timestamp"));
    if (seconds > Long.MAX_VALUE / 1000) {
      throw new TextException("a block of the time " + seconds);
    }
    return new Block(
        Quantity.longNumber(json.get("number")),
        Quantity.word(json.get("hash")),
        Quantity.word(json.get("parentHash")),
        seconds * 1000);
  }

  /**
   * Twice the base fee and a tip, so that it does for six blocks that are all full: the tip that
   * the middle one of the last five blocks' own middle tips was. On a chain with one price, that.
   * Neither tip nor price leaves the bounds of the network.
   */
  @Override
  public Call<GasPrice> gasPrice() {
    return network.isLegacy()
        ? rpc.ask(
            Question.of("eth_gasPrice"),
            json -> {
              BigInteger price = tip(Quantity.number(json));
              return new GasPrice(price, price);
            })
        : rpc.ask(
            Question.of("eth_feeHistory", "0x5", "latest", List.of(50)), this::fromFeeHistory);
  }

  /**
   * A history, of which the last base fee is that of the block to come.
   *
   * <pre>{@code
   * {"oldestBlock":"0x10","baseFeePerGas":["0x3b9aca00","0x342770c0"],"gasUsedRatio":[0.5],
   *  "reward":[["0x5f5e100"]]}
   * }</pre>
   */
  private GasPrice fromFeeHistory(Json history) {
    List<Json> baseFees = history.get("baseFeePerGas").items();
    if (baseFees.isEmpty()) {
      throw new TextException("a fee history of no block");
    }
    BigInteger base = Quantity.number(baseFees.get(baseFees.size() - 1));
    List<BigInteger> tips = new ArrayList<>();
    Json rewards = history.find("reward");
    if (rewards != null) {
      for (Json block : rewards.items()) {
        tips.add(Quantity.number(block.at(0)));
      }
    }
    tips.sort(null);
    BigInteger tip = tip(tips.isEmpty() ? BigInteger.ZERO : tips.get(tips.size() / 2));
    return new GasPrice(base.shiftLeft(1).add(tip), tip);
  }

  private BigInteger tip(BigInteger suggested) {
    return suggested.max(network.leastTip()).min(network.mostTip());
  }

  // ---- transactions of the wallet

  @Override
  public Call<Long> nonce() {
    return rpc.upToDate(
        Question.of("eth_getTransactionCount", requireWallet().toString(), "latest"),
        Quantity::longNumber,
        nonce -> false);
  }

  @Override
  public Call<List<Long>> nonceOfEach() {
    return rpc.everyone(
        Question.of("eth_getTransactionCount", requireWallet().toString(), "latest"),
        Quantity::longNumber);
  }

  /**
   * A third and {@link #RESERVE} more than nodes say: the state may be another one when it is
   * carried out. Nodes reckon at the time of a block that is there; pools write how their price was
   * once a block, so that the same swap may need much more in the next one. What is not used is not
   * paid. No price is named: some nodes compare the balance with it and some with another one, none
   * knows what else is on its way, and what reverts would be called too dear.
   */
  @Override
  public Call<Long> estimate(TransactionDraft draft) {
    return rpc.ask(
        Question.of("eth_estimateGas", transaction(draft)),
        json -> {
          long gas = Quantity.longNumber(json);
          if (gas > MOST_GAS) {
            throw new TextException("an estimate of " + gas + " gas");
          }
          return gas + gas / 3 + RESERVE;
        });
  }

  /**
   * By the upper bound that the chain's own contract says for as many bytes, and a half more: its
   * prices are another chain's, and change. Where that does not tell, nothing is counted.
   */
  @Override
  public Call<BigInteger> dataFee(TransactionDraft draft) {
    Address oracle = network.find("data-fees");
    return oracle == null
        ? Call.of(BigInteger.ZERO)
        : read(ContractCall.of(oracle, DATA_FEE, draft.data().length + FRAME_BYTES), null)
            .map(values -> values.number(0).multiply(BigInteger.valueOf(3)).shiftRight(1))
            .otherwise(fault -> Call.of(BigInteger.ZERO));
  }

  private JsonWriter transaction(TransactionDraft draft) {
    JsonWriter json =
        new JsonWriter()
            .object()
            .put("from", requireWallet().toString())
            .put("to", draft.to())
            .put("value", Quantity.hex(draft.value()))
            .put("data", Bytes.hex(draft.data()));
    if (draft.gasLimit() > 0) {
      json.put("gas", Quantity.hex(draft.gasLimit()));
    }
    return json.end();
  }

  @Override
  public SignedTransaction sign(TransactionDraft draft, long nonce, long gasLimit, GasPrice price) {
    Address to = Address.of(draft.to());
    EvmTransaction transaction =
        network.isLegacy()
            ? EvmTransaction.legacy(
                network.chainId(), nonce, price.most(), gasLimit, to, draft.value(), draft.data())
            : EvmTransaction.dynamic(
                network.chainId(),
                nonce,
                price.most(),
                price.tip(),
                gasLimit,
                to,
                draft.value(),
                draft.data());
    EvmTransaction.Signed signed =
        transaction.signed(
            EvmWallet.signature(
                requireSigner(), draft.what() + ": " + transaction, transaction.digest()));
    return new SignedTransaction(signed.hash(), nonce, gasLimit, price, signed.bytes());
  }

  /**
   * Signs something else than a transaction, as an allowance that a contract takes by signature.
   *
   * @param what for people: everything that is agreed to by it
   * @param digest as of {@link dev.colibri.connector.text.Eip712#digest}
   * @return r, s, and 27 or 28, as contracts read it
   * @throws SecurityException when the signer will not
   */
  public byte[] sign(String what, byte[] digest) {
    var signature = EvmWallet.signature(requireSigner(), what, digest);
    return Bytes.concat(
        Abi.of("(uint256,uint256)").encode(signature.r(), signature.s()),
        new byte[] {(byte) signature.v()});
  }

  private Signer requireSigner() {
    if (signer == null) {
      throw new IllegalStateException("the connector was opened without a wallet");
    }
    return signer;
  }

  @Override
  public void unfinished(Supplier<List<TransactionDraft>> drafts) {
    unfinished = drafts;
  }

  /** What may still be carried out; null where nobody sees to that. */
  public @Nullable List<TransactionDraft> unfinished() {
    Supplier<List<TransactionDraft>> drafts = unfinished;
    return drafts == null ? null : drafts.get();
  }

  /** Nothing, to itself. */
  @Override
  public TransactionDraft nothing() {
    return new TransactionDraft(
        "nothing",
        requireWallet().toString(),
        BigInteger.ZERO,
        Bytes.none(),
        network.transferGas(),
        0);
  }

  @Override
  public Call<String> broadcast(SignedTransaction transaction, int attempt) {
    return rpc.send(transaction.hash(), transaction.bytes(), attempt, network.privately() != null);
  }

  /** Where a node that is behind knows of none, another one is asked. */
  @Override
  public Call<Optional<Receipt>> receipt(String hash) {
    return receipt(hash, 0);
  }

  @Override
  public Call<Optional<Receipt>> receipt(String hash, int attempt) {
    return rpc.upToDate(
        Question.of("eth_getTransactionReceipt", hash),
        json -> json.isNull() ? Optional.empty() : Optional.of(receipt(json, hash)),
        Optional::isPresent,
        attempt);
  }

  /**
   * What a chain shows of a transaction. Rollups tell apart what it cost to post it elsewhere.
   *
   * <pre>{@code
   * {"transactionHash":"0x…","blockHash":"0x…","blockNumber":"0xb","status":"0x1","gasUsed":"0x4dc",
   *  "effectiveGasPrice":"0x3b9aca00","l1Fee":"0x5be","logs":[{"address":"0x…","topics":["0x…"],
   *  "data":"0x…"}],…}
   * }</pre>
   */
  static Receipt receipt(Json json, String hash) {
    if (!Quantity.word(json.get("transactionHash")).equals(hash)) {
      throw new TextException("the receipt of another transaction");
    }
    long status = Quantity.longNumber(json.get("status"));
    if (status > 1) {
      throw new TextException("a receipt with the status " + status);
    }
    long gas = Quantity.longNumber(json.get("gasUsed"));
    BigInteger cost =
        Quantity.number(json.get("effectiveGasPrice")).multiply(BigInteger.valueOf(gas));
    Json elsewhere = json.find("l1Fee");
    List<Receipt.Log> logs = new ArrayList<>();
    json.get("logs").items().forEach(log -> logs.add(log(log)));
    return new Receipt(
        hash,
        Quantity.longNumber(json.get("blockNumber")),
        Quantity.word(json.get("blockHash")),
        status == 1,
        gas,
        elsewhere == null ? cost : cost.add(Quantity.number(elsewhere)),
        logs);
  }

  /**
   * The block in which the wallet's count passes the nonce is found by halving; there are nodes
   * that do not know counts of long ago. Whose a transaction is says its signature, not the node.
   */
  @Override
  public Call<Optional<String>> sentWith(long nonce, long from, long to) {
    return count(to)
        .then(
            count ->
                count <= nonce || from > to
                    ? Call.of(Optional.empty())
                    : passedIn(nonce, from, to)
                        .then(block -> rpc.ask(fullBlock(block), json -> sent(json, nonce))));
  }

  /** The first block of a range, whose last has more of the wallet's, that has more. */
  private Call<Long> passedIn(long nonce, long from, long to) {
    if (from >= to) {
      return Call.of(to);
    }
    long middle = from + (to - from) / 2;
    return count(middle)
        .then(
            count ->
                count > nonce ? passedIn(nonce, from, middle) : passedIn(nonce, middle + 1, to));
  }

  /** How many of the wallet's transactions there are at the end of a block. */
  private Call<Long> count(long block) {
    return rpc.ask(
        Question.of("eth_getTransactionCount", requireWallet().toString(), Quantity.hex(block)),
        Quantity::longNumber);
  }

  private static Question fullBlock(long block) {
    return Question.of("eth_getBlockByNumber", Quantity.hex(block), true);
  }

  private Optional<String> sent(Json block, long nonce) {
    if (block.isNull()) {
      return Optional.empty();
    }
    for (Json transaction : block.get("transactions").items()) {
      if (Quantity.address(transaction.get("from")).equals(requireWallet())
          && Quantity.longNumber(transaction.get("nonce")) == nonce) {
        Address sender = MinedTransaction.sender(transaction);
        if (!sender.equals(requireWallet())) {
          throw new TextException("a node shows as the wallet's what " + sender + " has signed");
        }
        return Optional.of(Quantity.word(transaction.get("hash")));
      }
    }
    return Optional.empty();
  }

  /** Of what is shown to a relay alone no node knows, which is no loss. */
  @Override
  public Call<Boolean> isKnown(String hash) {
    return network.privately() != null
        ? Call.of(true)
        : rpc.anyone(Question.of("eth_getTransactionByHash", hash), json -> !json.isNull());
  }

  /**
   * What it fails with when it is carried out at the end of the block before its own, and if it
   * does not, at the end of its own: nodes do not keep the reason itself.
   */
  @Override
  public Call<Fault> whyFailed(TransactionDraft draft, Receipt receipt) {
    return tried(draft, receipt.blockNumber() - 1)
        .then(
            fault -> fault.raw().isEmpty() ? tried(draft, receipt.blockNumber()) : Call.of(fault));
  }

  private Call<Fault> tried(TransactionDraft draft, long block) {
    Fault untold = Fault.of(Fault.Kind.REJECTED, "");
    return rpc.ask(Question.of("eth_call", transaction(draft), Quantity.hex(block)), json -> untold)
        .otherwise(fault -> Call.of(fault.kind().isPassing() ? untold : fault));
  }

  // ---- contracts

  /**
   * Asks contracts, all of them at the end of one block. Whatever one of them does, as using up all
   * gas, it spoils no other one's answer.
   *
   * @param at null for the latest block, whichever that is for the node; what is asked in several
   *     parts, as more than 200 questions are, may then be of several blocks
   * @return what each answered, in their order
   */
  public Call<List<ContractCall.Result>> read(List<ContractCall> calls, @Nullable Block at) {
    return reads.of(calls, at);
  }

  /**
   * Asks one contract.
   *
   * @param at null for the latest block
   * @return what it returned; that it reverts, or returns something else, is a fault
   */
  public Call<AbiValues> read(ContractCall call, @Nullable Block at) {
    return rpc.ask(
            ContractReads.question(call.to(), call.data(), at),
            json -> new ContractCall.Result(call, true, Quantity.bytes(json)))
        .then(result -> valueOf(result::values));
  }

  /** What a contract says that is not what it should be is no trouble of a node: a fault. */
  private static <T> Call<T> valueOf(Supplier<T> read) {
    try {
      return Call.of(read.get());
    } catch (TextException e) {
      return Call.failed(Fault.of(Fault.Kind.REJECTED, String.valueOf(e.getMessage())));
    }
  }

  /**
   * What contracts logged in one block.
   *
   * @param events of which any is wanted
   */
  public Call<List<Receipt.Log>> logs(Block in, List<Address> of, List<AbiEvent> events) {
    return rpc.ask(
        Question.of(
            "eth_getLogs",
            JsonWriter.of(
                "blockHash",
                in.hash(),
                "address",
                of.stream().map(Address::toString).toList(),
                "topics",
                List.of(events.stream().map(AbiEvent::topic).toList()))),
        json -> {
          List<Receipt.Log> logs = new ArrayList<>();
          for (Json log : json.items()) {
            if (!Quantity.word(log.get("blockHash")).equals(in.hash())) {
              throw new TextException("a log of another block than " + in);
            }
            logs.add(log(log));
          }
          return List.copyOf(logs);
        });
  }

  private static Receipt.Log log(Json log) {
    List<String> topics = new ArrayList<>();
    log.get("topics").items().forEach(topic -> topics.add(Quantity.word(topic)));
    return new Receipt.Log(
        Quantity.address(log.get("address")).toString(), topics, Quantity.bytes(log.get("data")));
  }

  /** Whether there is a contract at an address. */
  public Call<Boolean> hasCode(Address address) {
    return rpc.ask(
        Question.of("eth_getCode", address.toString(), "latest"),
        json -> Quantity.bytes(json).length > 0);
  }

  // ---- tokens of the wallet

  @Override
  public Call<Token> token(String address) {
    return tokens(List.of(Address.of(address))).map(tokens -> tokens.get(0));
  }

  /** What contracts say that they are, in the order of their addresses. */
  public Call<List<Token>> tokens(List<Address> addresses) {
    List<ContractCall> calls = new ArrayList<>();
    for (Address address : addresses) {
      calls.add(ContractCall.of(address, Tokens.SYMBOL));
      calls.add(ContractCall.of(address, Tokens.DECIMALS));
    }
    return read(calls, null).then(results -> valueOf(() -> tokens(addresses, results)));
  }

  private static List<Token> tokens(List<Address> addresses, List<ContractCall.Result> results) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      tokens.add(Tokens.read(addresses.get(i), results.get(2 * i), results.get(2 * i + 1)));
    }
    return List.copyOf(tokens);
  }

  @Override
  public Call<List<TokenAmount>> balances(List<Token> tokens, Block at) {
    List<ContractCall> calls =
        tokens.stream()
            .filter(token -> !token.isNative())
            .map(
                token ->
                    ContractCall.of(
                        Address.of(token.address()), Tokens.BALANCE_OF, requireWallet()))
            .toList();
    return rpc.ask(
            Question.of("eth_getBalance", requireWallet().toString(), ContractReads.pinned(at)),
            Quantity::number)
        .then(own -> read(calls, at).map(results -> amounts(tokens, own, results)));
  }

  private static List<TokenAmount> amounts(
      List<Token> tokens, BigInteger own, List<ContractCall.Result> results) {
    List<TokenAmount> amounts = new ArrayList<>();
    int next = 0;
    for (Token token : tokens) {
      try {
        BigInteger raw = token.isNative() ? own : results.get(next++).values().number(0);
        amounts.add(new TokenAmount(token, raw));
      } catch (TextException e) {
        // Whoever made that token must not hide what is held of the others.
        continue;
      }
    }
    return List.copyOf(amounts);
  }

  @Override
  public Call<BigInteger> allowance(Token token, String spender) {
    return read(
            ContractCall.of(
                Address.of(token.address()),
                Tokens.ALLOWANCE,
                requireWallet(),
                Address.of(spender)),
            null)
        .map(values -> values.number(0));
  }

  @Override
  public List<TransactionDraft> allow(Plan.Allowance allowance, BigInteger now, boolean unlimited) {
    Token token = allowance.amount().token();
    Address spender = Address.of(allowance.spender());
    List<TransactionDraft> drafts = new ArrayList<>();
    if (now.signum() > 0 && network.isResetFirst(Address.of(token.address()))) {
      drafts.add(
          approve(
              "let " + spender + " take no " + token + " any more",
              token,
              spender,
              BigInteger.ZERO));
    }
    drafts.add(
        approve(
            "let " + spender + " take " + (unlimited ? "any " + token : allowance.amount()),
            token,
            spender,
            unlimited ? UNLIMITED : allowance.amount().raw()));
    return List.copyOf(drafts);
  }

  private static TransactionDraft approve(
      String what, Token token, Address spender, BigInteger amount) {
    return new TransactionDraft(
        what, token.address(), BigInteger.ZERO, Tokens.APPROVE.encode(spender, amount), 0, 0);
  }

  @Override
  public Optional<Wrapping> wrapping() {
    return network.find("wrapped") == null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public TransactionDraft wrap(BigInteger amount) {
    return new TransactionDraft(
        "wrap " + new TokenAmount(asset, amount),
        requireWrapped().toString(),
        amount,
        Tokens.DEPOSIT.encode(),
        0,
        0);
  }

  @Override
  public TransactionDraft unwrap(BigInteger amount) {
    return new TransactionDraft(
        "unwrap " + asset.units(amount).toPlainString() + " " + network.wrappedSymbol(),
        requireWrapped().toString(),
        BigInteger.ZERO,
        Tokens.WITHDRAW.encode(amount),
        0,
        0);
  }

  /**
   * The contract that makes the chain's own asset into a token.
   *
   * @throws IllegalStateException where nothing does, as where it is a token by itself
   */
  public Address requireWrapped() {
    Address wrapped = network.find("wrapped");
    if (wrapped == null) {
      throw new IllegalStateException("nothing wraps the " + asset + " of " + network);
    }
    return wrapped;
  }
}
