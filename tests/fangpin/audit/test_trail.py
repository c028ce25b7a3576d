"""The trail is written once, and every change behind its back shows."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from fangpin.accounts.roles import Role
from fangpin.audit.labels import ACTIONS
from fangpin.audit.models import Entry, Seal
from fangpin.audit.trail import broken_seal, record, seal_trail
from tests.builders import a_user, an_officer, seal_all

# Sealing looks at ended transactions only, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed():
    """Three entries under three seals."""
    user = an_officer(Role.ADMIN)
    for _ in range(3):
        record(user, "account.logged_in", user)
        assert seal_all() == 1
    return list(Entry.objects.order_by("id"))


def behind_the_back(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_fixed")
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER audit_seal_fixed")
        cursor.execute(sql, parameters)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_fixed")
        cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER audit_seal_fixed")


def test_an_entry_says_who_did_what_to_which():
    user = a_user()
    record(user, "account.logged_in", user, count=2)

    entry = Entry.objects.about(user).get()
    assert (entry.by, entry.action, entry.target_type, entry.target_id) == (
        user,
        "account.logged_in",
        "accounts.user",
        str(user.pk),
    )
    assert entry.detail == {"count": 2}


def test_an_action_without_words_is_refused():
    with pytest.raises(KeyError, match="no label"):
        record(None, "account.exploded", a_user())

    assert not Entry.objects.exists()


def test_an_entry_goes_with_the_act_that_failed():
    user = a_user()

    @transaction.atomic
    def act():
        record(user, "account.logged_in", user)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Entry.objects.update(action="account.created"),
        lambda: Entry.objects.all().delete(),
        lambda: Seal.objects.update(entries=0),
        lambda: Seal.objects.all().delete(),
    ],
)
def test_the_database_refuses_change_and_deletion(sealed, change):
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        change()

    assert list(Entry.objects.order_by("id")) == sealed
    assert broken_seal() is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET action = 'account.created' WHERE id = %s",
        "UPDATE audit_entry SET detail = '{\"count\": 9}' WHERE id = %s",
        "UPDATE audit_entry SET by_id = NULL WHERE id = %s",
        "UPDATE audit_entry SET at = at + interval '1 second' WHERE id = %s",
        "UPDATE audit_entry SET target_id = '0' WHERE id = %s",
        "DELETE FROM audit_entry WHERE id = %s",
        "UPDATE audit_entry SET transaction = transaction + 1 + (SELECT max(before) FROM audit_seal) WHERE id = %s",
        "INSERT INTO audit_entry (at, action, target_type, target_id, detail, transaction)"
        " SELECT at, action, target_type, target_id, detail, transaction FROM audit_entry WHERE id = %s",
    ],
)
def test_tampering_breaks_the_seal_over_it(sealed, sql):
    behind_the_back(sql, sealed[1].pk)

    assert broken_seal() == Seal.objects.all()[1]


def test_a_seal_taken_out_breaks_the_next(sealed):
    behind_the_back("DELETE FROM audit_seal WHERE id = %s", Seal.objects.all()[1].pk)

    assert broken_seal() == Seal.objects.last()


def test_the_newest_seals_alone_are_checked_for_a_page(sealed):
    behind_the_back("UPDATE audit_entry SET target_id = '0' WHERE id = %s", sealed[0].pk)

    assert broken_seal(last=2) is None
    assert broken_seal(last=3) == Seal.objects.first()
    behind_the_back("UPDATE audit_entry SET target_id = '0' WHERE id = %s", sealed[2].pk)
    assert broken_seal(last=1) == Seal.objects.last()


def test_nothing_new_makes_no_seal(sealed):
    assert seal_trail() == 0
    assert Seal.objects.count() == 3


def test_an_act_still_under_way_is_sealed_when_it_has_ended(sealed):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO audit_entry (at, action, target_type, target_id, detail) VALUES (now(), 'x', 'y', 'z', '{}')"
        )
        record(None, "account.logged_in", a_user())
        assert seal_trail() == 0
        cursor.execute("COMMIT")
    other.close()

    assert seal_all() == 2
    assert broken_seal() is None


def test_the_command_says_whole_or_broken(sealed, capsys):
    call_command("verify_audit")
    assert capsys.readouterr().out == "留痕完整：3 个封签全部相符\n"

    behind_the_back("DELETE FROM audit_entry WHERE id = %s", sealed[1].pk)
    with pytest.raises(CommandError, match="留痕被改动"):
        call_command("verify_audit")


def test_every_label_is_short_enough_for_its_column():
    assert all(len(action) <= 60 and label for action, label in ACTIONS.items())
