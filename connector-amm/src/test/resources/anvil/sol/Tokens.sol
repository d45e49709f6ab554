// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.7.6;

/// What tokens of the world do that the standard does not say.
abstract contract OddToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;
    uint8 public immutable decimals;
    uint256 public immutable feeBasisPoints; // kept back of every transfer
    bool public immutable silent; // returns nothing
    bool public immutable resets; // an approval must be zero before it is another

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(uint256 supply, uint8 digits, uint256 fee, bool saysNothing, bool resetsFirst) {
        balanceOf[msg.sender] = totalSupply = supply;
        decimals = digits;
        feeBasisPoints = fee;
        silent = saysNothing;
        resets = resetsFirst;
        emit Transfer(address(0), msg.sender, supply);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        require(!resets || value == 0 || allowance[msg.sender][spender] == 0, 'reset first');
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return done();
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return done();
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value, 'allowance');
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return done();
    }

    function move(address from, address to, uint256 value) private {
        require(balanceOf[from] >= value, 'balance');
        uint256 fee = value * feeBasisPoints / 10000;
        balanceOf[from] -= value;
        balanceOf[to] += value - fee;
        totalSupply -= fee;
        emit Transfer(from, to, value - fee);
        if (fee > 0) emit Transfer(from, address(0), fee);
    }

    function done() private view returns (bool) {
        if (silent) assembly { return(0, 0) }
        return true;
    }
}

contract NamedToken is OddToken {
    string public name;
    string public symbol;

    constructor(string memory called, uint256 supply, uint8 digits, uint256 fee, bool saysNothing, bool resetsFirst)
        OddToken(supply, digits, fee, saysNothing, resetsFirst)
    {
        name = called;
        symbol = called;
    }
}

/// As tokens were before the standard settled that names are strings.
contract OldToken is OddToken {
    bytes32 public name;
    bytes32 public symbol;

    constructor(bytes32 called, uint256 supply) OddToken(supply, 18, 0, false, false) {
        name = called;
        symbol = called;
    }
}
