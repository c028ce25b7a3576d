"""Password rule of 等保三级: three of four classes of characters (security.md 1.1)."""

import re

from django.core.exceptions import ValidationError

_CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")


class ThreeClassesValidator:
    def validate(self, password, user=None):
        if sum(bool(re.search(pattern, password)) for pattern in _CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self):
        return "密码须包含大写字母、小写字母、数字、符号中的至少三类"
