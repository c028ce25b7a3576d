"""The ground (县情, 人员, 规则, 留痕, 长任务) and the wiring of the 防返贫 system."""
