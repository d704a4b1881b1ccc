/** What the cloud database says (wechat.md §11). */
import { type Explanation, explained } from './explanation'

const S11 = 'wechat.md §11'
const inItsText = [
  '云端数据库拒绝或故障，原因在文字里',
  'The database refused or broke; its text has the reason',
] as const
const actOnIt = [
  '按文字里的原因处理，或稍后重试',
  'Act on the reason in its text, or try again later',
] as const

export const database: readonly Explanation[] = [
  explained(
    -502001,
    S11,
    ['数据库请求失败', 'the database request failed'],
    ['原因在文字里，例如 E11000 表示重复', 'Its text has the reason: E11000, for example, is a duplicate'],
    ['按文字里的原因处理', 'Act on the reason in its text'],
    /DATABASE_REQUEST_FAILED/,
  ),
  explained(
    -502002,
    S11,
    ['数据库指令不合法', 'invalid database command'],
    ['用了不支持的操作符', 'An operator that is not supported'],
    ['改用 db.command 里有的操作符', 'Use the operators of db.command'],
    /DATABASE_INVALID_OPERRATOR/,
  ),
  explained(
    -502003,
    S11,
    ['没有权限操作数据库', 'no permission for the database'],
    ['集合的权限不让小程序端读写', 'The rights of the collection keep the Mini Program out'],
    ['在云函数里操作，或改集合的权限', 'Do it in a cloud function, or change the rights of the collection'],
    /DATABASE_PERMISSION_DENIED/,
  ),
  explained(
    -502004,
    'wire.md §3.1',
    ['集合数超限', 'too many collections'],
    ['环境的集合数到了上限', 'The environment has as many collections as it may have'],
    ['删除不用的集合，或升级套餐', 'Delete collections that are not used, or take a larger plan'],
    /DATABASE_COLLECTION_EXCEED_LIMIT/,
  ),
  explained(
    -502005,
    S11,
    ['集合不存在', 'the collection does not exist'],
    [
      '集合没有创建，名字写错，或连到了另一个环境',
      'It was not made, its name is mistyped, or this is another environment',
    ],
    [
      '在云开发控制台创建集合，并核对环境 id',
      'Make the collection in the cloud console, and compare the environment',
    ],
    /Db or Table not exist|collection not exists|DATABASE_COLLECTION_NOT_EXIST/i,
  ),
  explained(
    -501015,
    S11,
    ['读请求配额耗尽', 'the quota of reads is used up'],
    ['套餐的读次数用完', 'The reads of the plan are used up'],
    ['等到下个周期，或升级套餐', 'Wait for the next period, or take a larger plan'],
  ),
  explained(
    -501016,
    S11,
    ['写请求配额耗尽', 'the quota of writes is used up'],
    ['套餐的写次数用完', 'The writes of the plan are used up'],
    ['等到下个周期，或升级套餐', 'Wait for the next period, or take a larger plan'],
  ),
  explained(
    -501017,
    S11,
    ['磁盘耗尽', 'the disk is full'],
    ['数据库容量用完', 'The space of the database is used up'],
    ['清理数据，或升级套餐', 'Remove data, or take a larger plan'],
  ),
  explained(-502010, S11, ['数据库操作失败', 'the operation failed'], inItsText, actOnIt),
  explained(
    -502011,
    S11,
    ['数据库操作超时', 'the operation timed out'],
    [
      '没有索引，或一次操作的数据太多；做没做不知道',
      'No index, or too much data at once; whether it was done is unknown',
    ],
    ['建索引、减少数据量；可重复的操作再试', 'Make an index, take less at once; repeat what may be repeated'],
  ),
  explained(-502012, S11, ['插入失败', 'the insert failed'], inItsText, actOnIt),
  explained(-502013, S11, ['创建集合失败', 'the collection could not be made'], inItsText, actOnIt),
  explained(-502014, S11, ['删除数据失败', 'the removal failed'], inItsText, actOnIt),
  explained(-502015, S11, ['查询数据失败', 'the query failed'], inItsText, actOnIt),
  explained(
    -602001,
    S11,
    ['查询结果超过 1 MB', 'the result of the query is over 1 MB'],
    ['一次取的数据太多', 'Too much was read at once'],
    [
      '用 limit 分页，用 field 只取要的字段',
      'Read page by page with limit, and only the fields you need with field',
    ],
  ),
  explained(
    'DATABASE_DUPLICATE_WRITE',
    S11,
    ['键重复', 'duplicate key'],
    ['已有同样 _id 或唯一索引值的文档', 'A document with this _id or this value of a unique index is there'],
    ['重复的写入当作已完成；否则换一个键', 'Take a repeated write for done; else choose another key'],
    /E11000|DATABASE_DUPLICATE_WRITE|duplicate key/i,
  ),
  explained(
    'DATABASE_TRANSACTION_CONFLICT',
    S11,
    ['事务冲突', 'conflict of transactions'],
    [
      '另一个事务正在写同一个文档；SDK 只在提交时的冲突上重试',
      'Another transaction writes the same document; the SDK retries conflicts at commit only',
    ],
    ['自己再重试整个事务', 'Repeat the whole transaction yourself'],
    /TRANSACTION_CONFLICT|WriteConflict/i,
  ),
  explained(
    'DATABASE_TRANSACTION_FAIL',
    'wechat.md §8; wechat.md §11',
    ['事务失败', 'the transaction failed'],
    ['超过 30 秒没有提交，或已经结束', 'It was not committed within 30 seconds, or had ended'],
    ['缩短事务，再试一次', 'Make it shorter and repeat it'],
    /DATABASE_TRANSACTION_FAIL/,
  ),
]
