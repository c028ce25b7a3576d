"""approvals 审批: three levels sign a case, 村 → 乡 → 县; the case itself belongs to the app that points at its approval."""
