// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/**
 * @title The coin of the TeoArt School
 * @notice A withdrawal moves coins from the school's ledger to this token. A transfer to the treasury moves them back to the ledger.
 * @dev 18 decimals, the default of ERC20, because some wallets show other numbers wrongly. No hooks, fees or pauses, because the school
 * relies on one Transfer event of the full amount for each payment. The contract cannot be upgraded, so that holders need to trust only
 * this code.
 */
contract TeoCoin is ERC20, ERC20Permit, AccessControl {
    /// @dev Separate from the administrator, so that the key that mints every day cannot grant roles.
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /**
     * @param admin Can grant and revoke roles. A multi-signature account in production. It is a parameter and not the sender, so that the
     * account that pays for the deployment has no rights afterwards. Nothing is minted here, so that the first coin has an event and a
     * minter like every other.
     */
    constructor(address admin) ERC20("TeoCoin", "TEO") ERC20Permit("TeoCoin") {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /**
     * @notice Creates `units` (10^-18 of a coin) for `holder`.
     * @dev There is no cap, because the supply follows what students earn. Withdrawals are paid from the treasury.
     */
    function mint(address holder, uint256 units) external onlyRole(MINTER_ROLE) {
        _mint(holder, units);
    }
}
