"""How forms look: every field is drawn by templates/forms/, every control gets its CSS class here."""

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.template import loader

_OUR_WIDGETS = {
    "django/forms/widgets/radio.html": "forms/options.html",
    "django/forms/widgets/checkbox_select.html": "forms/options.html",
}


class FieldWithClass(BoundField):
    """Gives every control its CSS class, so that no form has to name one."""

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        css = f"{_control_class(widget)} {widget.attrs.get('class', '')}".strip()
        return {**attrs, "class": css} if css else attrs


def _control_class(widget: forms.Widget) -> str:
    if widget.is_hidden or isinstance(widget, forms.RadioSelect):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "chk"
    return "sel" if isinstance(widget, forms.Select) else "inp"


class FormRenderer(DjangoTemplates):
    """settings.FORM_RENDERER: label, hint, error and control are written once, in templates/forms/."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = FieldWithClass

    def get_template(self, template_name: str):
        name = _OUR_WIDGETS.get(template_name, template_name)
        return loader.get_template(name) if name.startswith("forms/") else super().get_template(name)
