"""Why a file is not read: a code for programs and one Chinese sentence for the clerk, which says what to do."""

SENTENCES = {
    # the name
    "lock_file": "这是打开表格时自动产生的临时文件（文件名以 ~$ 开头），不是表格本身。请关闭 Excel 或 WPS，上传原来的文件。",
    "macro_name": "不接收带宏的工作簿（{extension}）。请另存为“Excel 工作簿（.xlsx）”后再上传。",
    "binary_name": "不接收二进制工作簿（.xlsb）。请另存为“Excel 工作簿（.xlsx）”后再上传。",
    "wps_name": "不接收 WPS 专用格式（{extension}）。请在 WPS 中另存为“Excel 工作簿（.xlsx）”后再上传。",
    "extension": "只接收 .xlsx、.xls 和 .csv 文件，这个文件的扩展名是“{extension}”。请另存为 .xlsx 后再上传。",
    # the outside
    "empty": "文件是空的（0 字节）。请重新导出，确认能打开后再上传。",
    "too_large": "文件有 {size} MB，超过 {limit} MB 的上限。请删除图片和无关工作表，或按乡镇分成几个文件上传。",
    "encrypted": "文件设了打开密码。请在 Excel 或 WPS 中取消密码，另存后再上传。",
    "old_workbook": "文件内容是旧版 .xls 工作簿，扩展名却是“{extension}”。请打开后另存为“Excel 工作簿（.xlsx）”再上传。",
    "new_workbook": "文件内容是 .xlsx 工作簿，扩展名却是“{extension}”。请把扩展名改为 .xlsx，或另存为 .xlsx 后再上传。",
    "web_page": "文件内容是网页表格，只是扩展名写成了“{extension}”。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”再上传。",
    "not_a_workbook": "文件内容不是 Excel 工作簿，与扩展名“{extension}”不符。请用 Excel 或 WPS 打开原表，另存为 .xlsx 后再上传。",
    # the parcel (.xlsx is a zip file)
    "damaged": "文件已损坏或没有传完整，无法打开。请在 Excel 或 WPS 中打开原表确认无误，重新保存后再上传。",
    "too_many_parts": "工作簿内部有 {parts} 个部件，超过 {limit} 个的上限。请把数据复制到新建的工作簿中再上传。",
    "unpacks_too_large": "工作簿展开后有 {size} MB，超过 {limit} MB 的上限。请删除无关工作表，或按乡镇分成几个文件上传。",
    "zip_bomb": "工作簿的压缩比异常（{ratio} 倍），不像正常的表格。请把数据复制到新建的工作簿中再上传。",
    "part_names": "工作簿内部的部件名称异常（重复或越界），不是正常软件保存的表格。请把数据复制到新建的工作簿中再上传。",
    "macros": "工作簿里含有宏。请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。",
    "external_links": "工作簿里有指向其他文件的链接。请在“数据—编辑链接”中断开链接（或粘贴为数值），保存后再上传。",
    "embedded_objects": "工作簿里嵌入了其他文件或对象。请删除嵌入的对象，保存后再上传。",
    "active_x": "工作簿里有 ActiveX 控件。请删除控件，保存后再上传。",
    "doctype": "工作簿内部含有文档类型声明（DTD），存在安全风险。请把数据复制到新建的工作簿中再上传。",
    "encoding_of_part": "工作簿内部使用了不支持的编码。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    # the sheets
    "too_many_sheets": "工作簿有 {sheets} 张工作表，超过 {limit} 张的上限。请分成几个文件上传。",
    "sheet_name": "有工作表的名称里写着证件号码或电话。请给工作表改名（例如“名单”），保存后再上传。",
    "too_many_rows": "表格用到了第 {row} 行，超过 {limit} 行的上限。请删除数据下方多余的行；数据确有这么多的，请按乡镇分成几个文件。",
    "too_many_columns": "表格用到了第 {column} 列，超过 {limit} 列的上限。请删除数据右侧多余的列后再上传。",
    "too_many_blank_rows": "第 {row} 行之前有 {blank} 个连续的空行。请删除中间的空行，把数据排在一起后再上传。",
    "too_many_merges": "工作表有 {merges} 处合并单元格，超过 {limit} 处的上限。请取消合并、填满内容后再上传。",
    "cell_too_long": "有单元格的文字过长（{where}超过 {limit} 字）。请删减后再上传。",
    "too_much_text": "表格的文字总量超过 {limit} MB。请删除无关的列，或按乡镇分成几个文件上传。",
    "too_much_memory": "表格展开后占用的内存过大，已停止读取。请删除数据下方和右侧多余的行列，或按乡镇分成几个文件上传。",
    "too_slow": "读取时间过长，已停止。请删除无关工作表和格式，或按乡镇分成几个文件上传。",
    # CSV
    "nul": "文本文件里有空字符（第 {lines} 行），可能不是文本或已损坏。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    "utf16_without_mark": "文本文件像是没有标记的 Unicode（UTF-16）编码，无法可靠识别。请另存为“CSV UTF-8”或 .xlsx 后再上传。",
    "mixed_encodings": "文件里混用了两种文字编码，与其他行不同的是第 {lines} 行。请统一另存为“CSV UTF-8”或 .xlsx 后再上传。",
    "unknown_encoding": "文件的文字编码无法识别（第 {lines} 行）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    "line_too_long": "第 {lines} 行超过 {limit} KB，不像正常的表格行。请检查这一行的引号和换行后再上传。",
    "quotes": "第 {lines} 行附近的引号不成对，后面的内容无法分列。请改正引号，或另存为 .xlsx 后再上传。",
    # the table
    "no_content": "文件里没有任何内容。请确认选对了文件。",
    "no_header": "没有找到表头：前 {rows} 行里，{found}。请保留原表的列名行（例如姓名、身份证号码），至少要有 {least} 个认得的列名。",
}


class Unreadable(Exception):
    """A file that is refused as a whole.

    ``code`` is a key of SENTENCES, ``message`` its sentence filled with ``facts`` (numbers, an extension, known header
    words: never the contents of a cell, so the message may be shown, logged and stored).
    """

    def __init__(self, code: str, **facts):
        self.code = code
        self.facts = facts
        self.message = SENTENCES[code].format(**facts)
        super().__init__(self.message)

    def __reduce__(self):
        return _rebuilt, (self.code, self.facts)


def _rebuilt(code, facts):
    return Unreadable(code, **facts)
