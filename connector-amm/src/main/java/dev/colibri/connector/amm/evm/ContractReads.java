package dev.colibri.connector.amm.evm;

import dev.colibri.connector.amm.evm.JsonRpc.Question;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks contracts, many at once where the chain has a contract that does so.
 *
 * <p>All that are asked at once share their gas, so that one of them can take what the others need:
 * these fail without a reason then, or the whole does. A row that failed so is asked by itself; if
 * that shows that it was robbed, nothing of the answer is believed, and the halves are asked. Who
 * spoils even a question of its own is remembered, and asked by itself from then on; who gives more
 * than anybody wants is asked no more.
 */
final class ContractReads {
  private static final AbiFunction AGGREGATE =
      AbiFunction.of(
          "aggregate3((address target, bool allowFailure, bytes callData)[] calls)"
              + "((bool success, bytes returnData)[] results)");

  /** How many questions go to contracts at once, and how many bytes they may have. */
  private static final int MOST_CALLS = 200;

  private static final int MOST_CALL_BYTES = 200_000;

  /** How many go in a batch of those that are asked by themselves. */
  private static final int MOST_APART = 50;

  /** How many contracts are remembered that are asked by themselves. */
  private static final int MOST_REMEMBERED = 512;

  /** Gas for a question by itself: many times what an honest token takes. */
  private static final long GAS_APART = 5_000_000;

  /** No answer that is wanted is as long: whoever gives more wants to do harm. */
  private static final int MOST_ANSWER_BYTES = 65_536;

  private final JsonRpc rpc;
  private final @Nullable Address multicall;

  /** Contracts that spoil what others answer. Oldest first. */
  private final Set<Address> apart = new LinkedHashSet<>();

  /** Contracts whose answers are too long to be read again and again. Oldest first. */
  private final Set<Address> shunned = new LinkedHashSet<>();

  /** How often one of them was found. */
  private long found;

  ContractReads(JsonRpc rpc, @Nullable Address multicall) {
    this.rpc = rpc;
    this.multicall = multicall;
  }

  Call<List<ContractCall.Result>> of(List<ContractCall> calls, @Nullable Block at) {
    if (multicall == null) {
      return parts(calls, MOST_CALLS, part -> apart(part, at, 0));
    }
    List<ContractCall> together = new ArrayList<>();
    List<ContractCall> alone = new ArrayList<>();
    // Who is apart may change meanwhile.
    List<@Nullable List<ContractCall>> where = new ArrayList<>();
    for (ContractCall call : calls) {
      List<ContractCall> to =
          shunned.contains(call.to()) ? null : apart.contains(call.to()) ? alone : together;
      where.add(to);
      if (to != null) {
        to.add(call);
      }
    }
    return parts(together, MOST_CALLS, part -> together(part, at))
        .then(
            most ->
                parts(alone, MOST_APART, part -> apart(part, at, GAS_APART))
                    .map(
                        rest -> {
                          Iterator<ContractCall.Result> a = most.iterator();
                          Iterator<ContractCall.Result> b = rest.iterator();
                          List<ContractCall.Result> all = new ArrayList<>();
                          for (int i = 0; i < calls.size(); i++) {
                            List<ContractCall> of = where.get(i);
                            all.add(
                                of == null
                                    ? failed(calls.get(i))
                                    : (of == together ? a : b).next());
                          }
                          return List.copyOf(all);
                        }));
  }

  private interface Asking {
    Call<List<ContractCall.Result>> ask(List<ContractCall> part);
  }

  private static Call<List<ContractCall.Result>> parts(
      List<ContractCall> calls, int most, Asking asking) {
    List<Call<List<ContractCall.Result>>> parts = new ArrayList<>();
    List<ContractCall> part = new ArrayList<>();
    int bytes = 0;
    for (ContractCall call : calls) {
      if (part.size() == most || !part.isEmpty() && bytes > MOST_CALL_BYTES) {
        parts.add(asking.ask(List.copyOf(part)));
        part.clear();
        bytes = 0;
      }
      part.add(call);
      bytes += call.data().length;
    }
    if (!part.isEmpty()) {
      parts.add(asking.ask(List.copyOf(part)));
    }
    return Call.all(parts).map(results -> results.stream().flatMap(List::stream).toList());
  }

  private Call<List<ContractCall.Result>> together(List<ContractCall> calls, @Nullable Block at) {
    return aggregate(calls, at)
        .otherwise(fault -> JsonRpc.isOfContracts(fault) ? Call.of(List.of()) : null)
        .then(
            results -> {
              if (results.isEmpty()) {
                return spoiled(calls, at);
              }
              List<ContractCall> silent =
                  results.stream()
                      .filter(ContractReads::isSpoiled)
                      .map(ContractCall.Result::call)
                      .toList();
              if (silent.isEmpty()) {
                return Call.of(results);
              }
              if (calls.size() == 1) {
                return spoiled(calls, at);
              }
              return parts(silent, MOST_APART, part -> apart(part, at, GAS_APART))
                  .then(
                      again -> {
                        if (!again.stream().allMatch(ContractReads::isSpoiled)) {
                          return spoiled(calls, at);
                        }
                        silent.forEach(call -> remember(call.to()));
                        return Call.of(results.stream().map(ContractReads::unknown).toList());
                      });
            });
  }

  /** None of these answers can be believed: of one it is its own, of more some other's doing. */
  private Call<List<ContractCall.Result>> spoiled(List<ContractCall> calls, @Nullable Block at) {
    if (calls.size() == 1) {
      remember(calls.get(0).to());
      return Call.of(List.of(failed(calls.get(0))));
    }
    long before = found;
    int half = calls.size() / 2;
    return together(calls.subList(0, half), at)
        .then(
            low ->
                together(calls.subList(half, calls.size()), at)
                    .map(
                        high -> {
                          if (found == before) {
                            // Some contract answers and takes the others' gas: nobody knows which.
                            calls.forEach(call -> remember(call.to()));
                          }
                          List<ContractCall.Result> all = new ArrayList<>(low);
                          all.addAll(high);
                          return List.copyOf(all);
                        }));
  }

  private void remember(Address contract) {
    found++;
    remember(apart, contract);
  }

  private static void remember(Set<Address> contracts, Address contract) {
    contracts.remove(contract);
    contracts.add(contract);
    if (contracts.size() > MOST_REMEMBERED) {
      contracts.remove(contracts.iterator().next());
    }
  }

  /** Whether it may be for want of gas, or is of no use to anyone. */
  private static boolean isSpoiled(ContractCall.Result result) {
    return !result.succeeded() && result.data().length == 0
        || result.data().length > MOST_ANSWER_BYTES;
  }

  private static ContractCall.Result unknown(ContractCall.Result result) {
    return isSpoiled(result) ? failed(result.call()) : result;
  }

  private static ContractCall.Result failed(ContractCall call) {
    return new ContractCall.Result(call, false, Bytes.none());
  }

  private Call<List<ContractCall.Result>> aggregate(List<ContractCall> calls, @Nullable Block at) {
    List<List<Object>> rows = new ArrayList<>();
    calls.forEach(c -> rows.add(List.of(c.to(), true, c.data())));
    return rpc.ask(
        question(Objects.requireNonNull(multicall), AGGREGATE.encode(rows), at),
        json -> {
          List<AbiValues> told = AGGREGATE.results(Quantity.bytes(json)).list(0, AbiValues.class);
          if (told.size() != calls.size()) {
            throw new TextException(
                told.size() + " answers to " + calls.size() + " questions to contracts");
          }
          List<ContractCall.Result> results = new ArrayList<>();
          for (int i = 0; i < calls.size(); i++) {
            AbiValues row = told.get(i);
            results.add(new ContractCall.Result(calls.get(i), row.bool(0), row.bytes(1)));
          }
          return List.copyOf(results);
        });
  }

  /** Each by itself, in one batch; what is too long for one is asked for in halves. */
  private Call<List<ContractCall.Result>> apart(
      List<ContractCall> calls, @Nullable Block at, long gas) {
    return rpc.eachOf(
            calls.stream().map(call -> question(call.to(), call.data(), at, gas)).toList(),
            (i, succeeded, data) -> unknown(new ContractCall.Result(calls.get(i), succeeded, data)))
        .otherwise(fault -> JsonRpc.isOfContracts(fault) ? halves(calls, at, gas) : null);
  }

  private Call<List<ContractCall.Result>> halves(
      List<ContractCall> calls, @Nullable Block at, long gas) {
    if (calls.size() == 1) {
      remember(shunned, calls.get(0).to());
      return Call.of(List.of(failed(calls.get(0))));
    }
    int half = calls.size() / 2;
    return Call.all(
            List.of(
                apart(calls.subList(0, half), at, gas),
                apart(calls.subList(half, calls.size()), at, gas)))
        .map(results -> results.stream().flatMap(List::stream).toList());
  }

  static Question question(Address to, byte[] data, @Nullable Block at) {
    return question(to, data, at, 0);
  }

  private static Question question(Address to, byte[] data, @Nullable Block at, long gas) {
    JsonWriter call =
        new JsonWriter().object().put("to", to.toString()).put("data", Bytes.hex(data));
    if (gas > 0) {
      call.put("gas", Quantity.hex(gas));
    }
    return Question.of("eth_call", call.end(), pinned(at));
  }

  /** By its hash (EIP-1898), so that no other block of that height is meant. */
  static Object pinned(@Nullable Block at) {
    return at == null ? "latest" : JsonWriter.of("blockHash", at.hash());
  }
}
