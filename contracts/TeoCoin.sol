// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/**
 * @title The coin of the TeoArt School
 * @notice What a student withdraws leaves the school's books and becomes this token; what comes back to the treasury
 * returns to the books.
 * @dev 18 decimals, ERC20's own: wallets show any other number wrongly sooner or later. No hooks, fees or pauses,
 * because the school's books rely on one Transfer event of the full amount for each payment. The contract cannot be upgraded: holders
 * need to trust these lines only.
 */
contract TeoCoin is ERC20, ERC20Permit, AccessControl {
    /// @dev Apart from the administrator, so that the key that mints every day cannot hand out roles.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /**
     * @param admin May grant and revoke roles; a multi-signature account in production. It is given rather than taken from the
     * sender, since whoever pays for the deployment need not hold power afterwards. Nothing is minted here: the first
     * coin has an event and a minter like every other.
     */
    constructor(address admin) ERC20("TeoCoin", "TEO") ERC20Permit("TeoCoin") {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /**
     * @notice Creates `units` (10^-18 of a coin) for `holder`.
     * @dev Without a cap: the supply follows what students earn. The treasury is what withdrawals are paid from.
     */
    function mint(address holder, uint256 units) external onlyRole(MINTER_ROLE) {
        _mint(holder, units);
    }
}
