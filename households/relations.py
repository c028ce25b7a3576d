"""What members become to a new head: suggestions for the form that a clerk confirms, never decided without him."""

from households.choices import Sex
from households.dictionaries import HEAD, RELATION

_OFFSPRING = ("之子", "之女", "之儿媳", "之女婿", "之孙子", "之孙女", "之外孙子", "之外孙女", "之曾孙子", "之曾孙女")
_OF_A_WIFE = {"之父": "之公公", "之母": "之婆婆", "之岳父": "之父", "之岳母": "之母"}  # the wife of a man is head now
_OF_A_HUSBAND = {"之父": "之岳父", "之母": "之岳母", "之公公": "之父", "之婆婆": "之母"}
_OF_A_CHILD = {"之子": "之兄弟姐妹", "之女": "之兄弟姐妹", "之父": "之祖父", "之母": "之祖母"}
_OF_A_PARENT = {
    "之父": "配偶",
    "之母": "配偶",
    "之子": "之孙子",
    "之女": "之孙女",
    "之孙子": "之曾孙子",
    "之孙女": "之曾孙女",
}
_MALE = {"parent": "之父", "child": "之子", "child's spouse": "之女婿"}
_FEMALE = {"parent": "之母", "child": "之女", "child's spouse": "之儿媳"}


def suggested(members, heir) -> dict:
    """person id -> 与户主关系 once ``heir`` is head; "" where only the clerk can know. ``members`` include heir and the old head."""
    return {person.pk: HEAD if person == heir else _suggest(person, heir) for person in members}


def likely_heir(members):
    """Who mostly follows a head: the spouse, else the eldest child; None when there is neither."""
    near = [person for person in members if person.relation in ("配偶", "之子", "之女")]
    return min(near, key=lambda person: (person.relation != "配偶", str(person.birthday or "9999")), default=None)


def _suggest(person, heir) -> str:
    words = _FEMALE if person.sex == Sex.FEMALE else _MALE
    if heir.relation == "配偶":
        if person.is_head:
            return "配偶"
        table = _OF_A_WIFE if heir.sex == Sex.FEMALE else _OF_A_HUSBAND
        return person.relation if person.relation in _OFFSPRING else table.get(person.relation, "")
    if heir.relation in ("之子", "之女"):
        parent = person.is_head or person.relation == "配偶"
        return words["parent"] if parent else _OF_A_CHILD.get(person.relation, "")
    if heir.relation in ("之父", "之母"):
        if person.is_head:
            return words["child"]
        return words["child's spouse"] if person.relation == "配偶" else _OF_A_PARENT.get(person.relation, "")
    return ""


RELATION_CHOICES = [("", "请选择"), *((label, label) for label in RELATION.labels.values())]
