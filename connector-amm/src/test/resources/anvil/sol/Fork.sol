// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.7.6;
pragma abicoder v2;

import '@pancakeswap/v3-core/contracts/interfaces/IPancakeV3Pool.sol';
import '@pancakeswap/v3-core/contracts/interfaces/IPancakeV3PoolDeployer.sol';
import '@pancakeswap/v3-core/contracts/interfaces/callback/IPancakeV3SwapCallback.sol';
import '@pancakeswap/v3-core/contracts/libraries/TickMath.sol';
import '@pancakeswap/v3-periphery/contracts/base/LiquidityManagement.sol';
import '@pancakeswap/v3-periphery/contracts/base/Multicall.sol';
import '@pancakeswap/v3-periphery/contracts/base/PeripheryImmutableState.sol';
import '@pancakeswap/v3-periphery/contracts/base/PeripheryPayments.sol';
import '@pancakeswap/v3-periphery/contracts/base/PeripheryValidation.sol';
import '@pancakeswap/v3-periphery/contracts/interfaces/IQuoterV2.sol';
import '@pancakeswap/v3-periphery/contracts/interfaces/ISwapRouter.sol';
import '@pancakeswap/v3-periphery/contracts/libraries/Path.sol';
import '@pancakeswap/v3-periphery/contracts/libraries/PoolAddress.sol';
import '@pancakeswap/v3-periphery/contracts/libraries/PoolTicksCounter.sol';

/// Makes pools of code that another contract holds: the published code, which this compiler would
/// not give.
contract Deployer is IPancakeV3PoolDeployer {
    struct Parameters { address factory; address token0; address token1; uint24 fee; int24 tickSpacing; }

    Parameters public override parameters;
    address public immutable code;

    constructor(address holder) { code = holder; }

    function deploy(address factory, address token0, address token1, uint24 fee, int24 tickSpacing)
        external override returns (address pool)
    {
        parameters = Parameters(factory, token0, token1, fee, tickSpacing);
        address holder = code;
        bytes32 salt = keccak256(abi.encode(token0, token1, fee));
        assembly {
            let size := extcodesize(holder)
            let at := mload(0x40)
            extcodecopy(holder, at, 0, size)
            pool := create2(0, at, size, salt)
        }
        require(pool != address(0), 'not created');
        delete parameters;
    }
}

/// What a router and a quoter have in common: a pool by its hop, and a swap of either kind.
abstract contract Swapping is IPancakeV3SwapCallback, PeripheryImmutableState {
    using Path for bytes;

    function swap(bool exactIn, uint256 amount, address to, uint160 limit, bytes memory path, bytes memory data)
        internal returns (int256 amount0, int256 amount1, bool zeroForOne)
    {
        (address a, address b, uint24 fee) = path.decodeFirstPool();
        zeroForOne = exactIn ? a < b : b < a;
        if (limit == 0) limit = zeroForOne ? TickMath.MIN_SQRT_RATIO + 1 : TickMath.MAX_SQRT_RATIO - 1;
        require(amount < 2**255, 'amount');
        (amount0, amount1) = pool(a, b, fee).swap(
            to, zeroForOne, exactIn ? int256(amount) : -int256(amount), limit, data);
    }

    function pool(address a, address b, uint24 fee) internal view returns (IPancakeV3Pool) {
        return IPancakeV3Pool(PoolAddress.computeAddress(deployer, PoolAddress.getPoolKey(a, b, fee)));
    }
}

/// Speaks as the published router does; stands on its published base, and adds liquidity too.
contract Router is ISwapRouter, Swapping, PeripheryValidation, LiquidityManagement, Multicall {
    using Path for bytes;

    struct Hop { bytes path; address payer; bool exactIn; }

    uint256 private paid;

    constructor(address d, address f, address w) PeripheryImmutableState(d, f, w) {}

    function mint(AddLiquidityParams memory p) external payable returns (uint128 liquidity, uint256 a0, uint256 a1) {
        (liquidity, a0, a1,) = addLiquidity(p);
    }

    function exactInputSingle(ExactInputSingleParams calldata p)
        external payable override checkDeadline(p.deadline) returns (uint256 out)
    {
        out = sell(p.amountIn, p.recipient, p.sqrtPriceLimitX96,
            Hop(abi.encodePacked(p.tokenIn, p.fee, p.tokenOut), msg.sender, true));
        require(out >= p.amountOutMinimum, 'Too little received');
    }

    function exactInput(ExactInputParams memory p)
        external payable override checkDeadline(p.deadline) returns (uint256 out)
    {
        address payer = msg.sender;
        out = p.amountIn;
        while (true) {
            bool more = p.path.hasMultiplePools();
            out = sell(out, more ? address(this) : p.recipient, 0, Hop(p.path.getFirstPool(), payer, true));
            if (!more) break;
            payer = address(this);
            p.path = p.path.skipToken();
        }
        require(out >= p.amountOutMinimum, 'Too little received');
    }

    function exactOutputSingle(ExactOutputSingleParams calldata p)
        external payable override checkDeadline(p.deadline) returns (uint256)
    {
        return buy(p.amountOut, p.amountInMaximum, p.recipient, p.sqrtPriceLimitX96,
            abi.encodePacked(p.tokenOut, p.fee, p.tokenIn));
    }

    function exactOutput(ExactOutputParams calldata p)
        external payable override checkDeadline(p.deadline) returns (uint256)
    {
        return buy(p.amountOut, p.amountInMaximum, p.recipient, 0, p.path);
    }

    function pancakeV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external override {
        require(amount0 > 0 || amount1 > 0, 'nothing');
        Hop memory hop = abi.decode(data, (Hop));
        (address a, address b, uint24 fee) = hop.path.decodeFirstPool();
        require(msg.sender == address(pool(a, b, fee)), 'not a pool');
        uint256 owed = uint256(amount0 > 0 ? amount0 : amount1);
        if (hop.exactIn) {
            pay(a, hop.payer, msg.sender, owed);
        } else if (hop.path.hasMultiplePools()) {
            hop.path = hop.path.skipToken();
            swap(false, owed, msg.sender, 0, hop.path, abi.encode(hop));
        } else {
            paid = owed;
            pay(b, hop.payer, msg.sender, owed);
        }
    }

    function sell(uint256 amount, address to, uint160 limit, Hop memory hop) private returns (uint256) {
        (int256 a0, int256 a1, bool zeroForOne) =
            swap(true, amount, to == address(0) ? address(this) : to, limit, hop.path, abi.encode(hop));
        return uint256(-(zeroForOne ? a1 : a0));
    }

    function buy(uint256 amount, uint256 most, address to, uint160 limit, bytes memory path) private returns (uint256) {
        (int256 a0, int256 a1, bool zeroForOne) = swap(
            false, amount, to == address(0) ? address(this) : to, limit, path, abi.encode(Hop(path, msg.sender, false)));
        require(limit != 0 || uint256(-(zeroForOne ? a1 : a0)) == amount, 'not all of it');
        require(paid <= most, 'Too much requested');
        return paid;
    }
}

/// Says what a swap would give, by one that is undone.
contract Quoter is IQuoterV2, Swapping {
    using Path for bytes;
    using PoolTicksCounter for IPancakeV3Pool;

    struct Quote { uint256 amount; uint160 sqrtAfter; uint32 crossed; uint256 gas; }

    constructor(address d, address f, address w) PeripheryImmutableState(d, f, w) {}

    function quoteExactInputSingle(QuoteExactInputSingleParams memory p)
        public override returns (uint256, uint160, uint32, uint256)
    {
        Quote memory q = quote(true, abi.encodePacked(p.tokenIn, p.fee, p.tokenOut), p.amountIn, p.sqrtPriceLimitX96);
        return (q.amount, q.sqrtAfter, q.crossed, q.gas);
    }

    function quoteExactOutputSingle(QuoteExactOutputSingleParams memory p)
        public override returns (uint256, uint160, uint32, uint256)
    {
        Quote memory q = quote(false, abi.encodePacked(p.tokenOut, p.fee, p.tokenIn), p.amount, p.sqrtPriceLimitX96);
        return (q.amount, q.sqrtAfter, q.crossed, q.gas);
    }

    function quoteExactInput(bytes memory path, uint256 amount)
        external override returns (uint256, uint160[] memory, uint32[] memory, uint256)
    {
        return quoteAll(true, path, amount);
    }

    function quoteExactOutput(bytes memory path, uint256 amount)
        external override returns (uint256, uint160[] memory, uint32[] memory, uint256)
    {
        return quoteAll(false, path, amount);
    }

    function quoteAll(bool exactIn, bytes memory path, uint256 amount)
        private returns (uint256, uint160[] memory after_, uint32[] memory crossed, uint256 gas)
    {
        after_ = new uint160[](path.numPools());
        crossed = new uint32[](path.numPools());
        for (uint256 i = 0; i < after_.length; i++) {
            Quote memory q = quote(exactIn, path.getFirstPool(), amount, 0);
            (amount, after_[i], crossed[i]) = (q.amount, q.sqrtAfter, q.crossed);
            gas += q.gas;
            if (i + 1 < after_.length) path = path.skipToken();
        }
        return (amount, after_, crossed, gas);
    }

    function quote(bool exactIn, bytes memory path, uint256 amount, uint160 limit) private returns (Quote memory q) {
        uint256 gas = gasleft();
        try this.attempt(exactIn, path, amount, limit) {
            revert('nothing was swapped');
        } catch (bytes memory said) {
            if (said.length != 128) assembly { revert(add(said, 32), mload(said)) }
            int24 tick;
            uint256 got;
            (q.amount, got, q.sqrtAfter, tick) = abi.decode(said, (uint256, uint256, uint160, int24));
            require(exactIn || limit != 0 || got == amount, 'not all of it');
            (address a, address b, uint24 fee) = path.decodeFirstPool();
            (, int24 before,,,,,) = pool(a, b, fee).slot0();
            q.crossed = pool(a, b, fee).countInitializedTicksCrossed(before, tick);
        }
        q.gas = gas - gasleft();
    }

    function attempt(bool exactIn, bytes memory path, uint256 amount, uint160 limit) external {
        swap(exactIn, amount, address(this), limit, path, abi.encode(exactIn));
    }

    function pancakeV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external view override {
        require(amount0 > 0 || amount1 > 0);
        (uint160 sqrtAfter, int24 tick,,,,,) = IPancakeV3Pool(msg.sender).slot0();
        bool exactIn = abi.decode(data, (bool));
        uint256 owed = uint256(amount0 > 0 ? amount0 : amount1);
        uint256 got = uint256(-(amount0 > 0 ? amount1 : amount0));
        bytes memory say = abi.encode(exactIn ? got : owed, got, sqrtAfter, tick);
        assembly { revert(add(say, 32), mload(say)) }
    }
}
