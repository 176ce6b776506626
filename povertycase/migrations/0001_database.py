"""What the tables stand on: the GiST operators, the schemas of sheets and staging, and the name index function."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

# One- and two-character pieces of a text with their spaces removed: `contains` by index for Chinese names,
# where trigrams find nothing below three characters (measured: docs/performance.md, search).
NAME_GRAMS = """
CREATE OR REPLACE FUNCTION name_grams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT piece), '{}')
    FROM regexp_split_to_table(words, '\\s+') AS word,
         generate_series(1, char_length(word)) AS place,
         LATERAL (VALUES (substr(word, place, 1)), (substr(word, place, 2))) AS pieces(piece)
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS sheet", "DROP SCHEMA IF EXISTS sheet CASCADE"),
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS staging", "DROP SCHEMA IF EXISTS staging CASCADE"),
        migrations.RunSQL(NAME_GRAMS, "DROP FUNCTION IF EXISTS name_grams(text)"),
    ]
