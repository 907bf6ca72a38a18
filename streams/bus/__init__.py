"""The only room that knows aiokafka: publish batches, follow topics, read as a group, create and describe topics.

In: `Out` records with full topic names. Out: `In` records. Everything here is at-least-once: a producer that is in
doubt is thrown away and the whole batch is sent again by a new one; readers tell repeats by what the records hold.
"""

from streams.bus.admin import Admin, answers, until_topics
from streams.bus.producer import Producer
from streams.bus.reader import GroupReader, Reader, Starts, bounds, follow, read_all
from streams.bus.records import In, Out

__all__ = [
    "Admin",
    "GroupReader",
    "In",
    "Out",
    "Producer",
    "Reader",
    "Starts",
    "answers",
    "bounds",
    "follow",
    "read_all",
    "until_topics",
]
