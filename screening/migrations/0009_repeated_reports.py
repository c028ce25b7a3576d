
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('screening', '0008_rounds'),
    ]

    operations = [
        migrations.CreateModel(
            name='RepeatedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField(verbose_name='月份')),
                ('grade', models.CharField(choices=[('red', '红'), ('orange', '橙'), ('yellow', '黄')], max_length=6, verbose_name='级别')),
                ('values', models.JSONField(verbose_name='数值')),
                ('sentence', models.CharField(max_length=300, verbose_name='说明')),
                ('clue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='repeats', to='screening.clue', verbose_name='线索')),
                ('extract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='screening.extract', verbose_name='部门数据')),
            ],
            options={
                'verbose_name': '再次上报',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('period', 'clue'), name='repeat_once_a_month')],
            },
        ),
    ]
