"""What screening builds on people beside foreign keys (households.importing.undoing)."""

from collections.abc import Iterator

from django.db import connection

from households.importing.undoing import Blocker, register_blocker
from households.models import RegisterImport

_CANDIDATES = """
    SELECT count(*) FROM screening_rowmatch AS waiting
     WHERE waiting.person_id IS NULL AND jsonb_array_length(waiting.candidates) > 0
       AND EXISTS (SELECT FROM jsonb_array_elements_text(waiting.candidates) AS named (id)
                     JOIN households_change AS noted ON noted.object_id = named.id::uuid
                    WHERE noted.batch_id = %s AND noted.before IS NULL)
"""


@register_blocker
def candidates_of_waiting_rows(batch: RegisterImport) -> Iterator[Blocker]:
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [batch.pk])
        yield Blocker("部门数据的疑似匹配把新增的人列为候选，请先完成判定或重新运行该月", cursor.fetchone()[0])
