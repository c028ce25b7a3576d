"""Entries and seals are written once: the database refuses to change or delete them."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit rows are never changed or deleted'; END $$;
CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_fixed BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_refuse();
"""
BACKWARD = """
DROP TRIGGER audit_entry_fixed ON audit_entry;
DROP TRIGGER audit_seal_fixed ON audit_seal;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
