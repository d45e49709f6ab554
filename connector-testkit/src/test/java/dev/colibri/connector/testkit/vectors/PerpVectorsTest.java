package dev.colibri.connector.testkit.vectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.sim.toy.ToyPerp;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of perpetuals, on a toy venue: what is asked, what is sent, and what a difference is. */
class PerpVectorsTest {
  private static final String INPUT =
      "'symbol':'BTC/USDT:USDT','marketId':'BTC-P','baseAmount':0.05,'contracts':5,'contractSize':0.01";
  private static final String ORDER =
      "['client','c1'],['market','BTC-P'],['side','%s'],['type','%s'],['tif','GTC']%s"
          + ",['contracts','5.0'],['position','NET'],['margin','%s'],['reduceOnly','true']";

  private static final PeerVenue TOY =
      new PeerVenue(
          "toy",
          "perp",
          ToyPerp::new,
          PeerVenue::perpetual,
          Set.of("Key", "Time", "Sign"),
          new PeerVenue.SignatureCheck() {
            @Override
            public @Nullable String request(Signed sent, Credentials keys) {
              return null;
            }

            @Override
            public @Nullable String frame(String frame, Credentials keys) {
              return null;
            }
          },
          List.of(),
          Map.of(
              "/markets",
              "[{'market':'BTC-P','base':'BTC','quote':'USDT','kind':'linear','contract':'0.01',"
                      .replace('\'', '"')
                  + "'maxLeverage':'50','tick':'0.1','lot':'1','minSize':'1','maxSize':'9','minNotional':'5'}]"
                      .replace('\'', '"')));

  private final List<String> vectors = new ArrayList<>();

  private void request(String op, String more, String request, String pairs) {
    String[] words = request.split(" ");
    vectors.add(
        "{'clockMillis':1700000000123,'op':'%s','input':{%s%s},'request':{'method':'%s',"
                .formatted(op, INPUT, more, words[0])
            + "'url':'https://toy-perp.test%s','path':'%s','query':[%s],'headers':{},'body':null}}"
                .formatted(words[1], words[1], pairs));
  }

  private void parse(String kind, String payload, String expected) {
    vectors.add(
        "{'kind':'%s','input':{'payload':%s},'expected':%s}".formatted(kind, payload, expected));
  }

  private List<String> compared(Path folder, String kind) throws IOException {
    write(folder, "credentials.json", "{'credentials':{'hmac':{'apiKey':'k','secret':'s'}}}");
    write(folder, kind + "/toy-perp.json", "[" + String.join(",", vectors) + "]");
    return PeerVectors.at(folder).compare(TOY).report().lines().toList();
  }

  private static void write(Path folder, String name, String json) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json.replace('\'', '"'));
  }

  @Test
  void every_operation_is_asked_as_the_engine_would(@TempDir Path folder) throws IOException {
    String order = ",'clientOrderId':'c1','type':'%s'%s";
    request(
        "createReduceOnlySell",
        order.formatted("market", ",'priceHint':60000"),
        "POST /order",
        ORDER.formatted("SELL", "MARKET", "", "CROSS"));
    request(
        "createReduceOnlyLimitSell",
        order.formatted("limit", ",'price':100,'ccxtParams':{'tdMode':'isolated'}"),
        "POST /order",
        ORDER.formatted("SELL", "LIMIT", ",['price','100.0']", "ISOLATED"));
    request(
        "setLeverage",
        ",'leverage':20",
        "PUT /leverage",
        "['market','BTC-P'],['leverage','20'],['margin','CROSS']");
    request("setPositionModeOneWay", "", "PUT /mode", "['mode','ONE_WAY']");
    request("setPositionModeHedge", "", "PUT /mode", "['mode','HEDGE']");
    request("fetchPositions", "", "GET /positions", "");
    request("fetchFundingRate", "", "GET /funding", "");
    request("fetchFundingHistory", ",'since':5", "GET /payments", "['since','5']");
    assertEquals(
        List.of("vectors: 8 compared, 8 agree, 0 differ, 0 unsupported"),
        compared(folder, "requests"));
  }

  @Test
  void what_was_read_is_compared_in_contracts(@TempDir Path folder) throws IOException {
    String positions =
        "[{'market':'BTC-P','contracts':'-300','entry':'100','profit':'-2','leverage':'10',"
            + "'margin':'CROSS'}]";
    String expected =
        "[{'contracts':%s,'side':'short','entryPrice':100,'unrealizedPnl':-2,'leverage':10,"
            + "'marginMode':'cross','hedged':false},{'contracts':0,'side':null}]";
    parse("fetchPositions", positions, expected.formatted("300"));
    parse("fetchPositions", positions, expected.formatted("3"));
    parse(
        "fetchFundingRate",
        "[{'market':'BTC-P','mark':'100.2','rate':'0.0001','next':7}]",
        "{'markPrice':100.2,'indexPrice':100.1,'fundingRate':0.0001,'fundingTimestamp':8}");
    parse(
        "fetchFundingHistory",
        "[{'id':'1','market':'BTC-P','amount':'-0.4','time':9}]",
        "[{'code':'USDT','amount':-0.4,'timestamp':9}]");
    parse(
        "fetchMarkets",
        "[{'market':'BTC-P','base':'BTC','quote':'USDT','kind':'linear','contract':'0.01',"
            + "'maxLeverage':'50','tick':'0.1','lot':'1','minSize':'1','maxSize':'9','minNotional':'5'},"
            + "{'market':'BTC-I','base':'BTC','quote':'USD','kind':'inverse'}]",
        "[{'id':'BTC-I','contract':true,'inverse':true},{'id':'BTC-P','baseId':'BTC','quoteId':'USDT',"
            + "'contract':true,'swap':true,'settleId':'USDT','contractSize':0.01,"
            + "'precision':{'amount':1,'price':0.1},'limits':{'amount':{'min':1,'max':9},"
            + "'leverage':{'max':50}}}]");
    assertEquals(
        List.of(
            "differs parse/toy-perp.json fetchPositions: contracts: ours 300, theirs 3",
            "differs parse/toy-perp.json fetchFundingRate: next payment: ours 7, theirs 8",
            "vectors: 5 compared, 3 agree, 2 differ, 0 unsupported"),
        compared(folder, "parse"));
  }
}
