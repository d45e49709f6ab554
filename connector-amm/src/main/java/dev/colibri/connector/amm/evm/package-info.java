/**
 * Chains that run the Ethereum virtual machine: how their nodes are asked, how contracts are spoken
 * to, how a wallet signs.
 *
 * <p>What belongs here is the same for every contract and every market maker. Numbers are exact,
 * and whatever a node or a contract says is hostile until it was read: it is bounded, and what
 * cannot be read is refused with a {@link dev.colibri.connector.text.TextException}.
 *
 * <p>Written after <a href="https://ethereum.github.io/execution-apis/">the JSON-RPC methods</a>,
 * <a href="https://docs.soliditylang.org/en/latest/abi-spec.html">the contracts' binary
 * interface</a>, and EIP-55, 155, 712, 1474, 1559 and 2718. No address in here was checked on its
 * chain.
 */
@NullMarked
package dev.colibri.connector.amm.evm;

import org.jspecify.annotations.NullMarked;
