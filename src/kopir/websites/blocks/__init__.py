"""What the body of a page is made of, by family: one file each. No raw HTML, no frames of third parties."""

from kopir.websites.blocks.families import Content, DataFiles, Front, Text
from kopir.websites.blocks.fields import BlocksField

__all__ = ["BlocksField", "Content", "DataFiles", "Front", "Text"]
