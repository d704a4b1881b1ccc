import type { Use } from './uses'

/** Uses of wx-server-sdk that are refused, by the gateway or by the SDK itself, and how its generations tell it. */
export const REFUSALS: readonly Use[] = [
  {
    use: 'get of a missing collection',
    caught: {
      isError: true,
      errCode: -502005,
      errMsg:
        'collection.get:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    },
  },
  {
    use: 'count of a missing collection',
    caught: {
      isError: true,
      errCode: -502005,
      errMsg:
        'collection.count:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    },
  },
  {
    use: 'add to a missing collection',
    caught: {
      isError: true,
      errCode: -502005,
      errMsg:
        'collection.add:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    },
  },
  {
    use: 'update in a missing collection',
    caught: {
      isError: true,
      errCode: -502005,
      errMsg:
        'document.update:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    },
  },
  {
    use: 'remove from a missing collection',
    caught: {
      isError: true,
      errCode: -502005,
      errMsg:
        'document.remove:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
    },
  },
  {
    use: 'aggregate of a missing collection',
    caught: {
      isError: true,
      errCode: -1,
      errMsg:
        'collection.aggregate:fail [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
      code: 'DATABASE_COLLECTION_NOT_EXIST',
    },
    older: {
      caught: {
        isError: true,
        errCode: -502005,
        errMsg:
          'collection.aggregate:fail -502005 database collection not exists. [ResourceNotFound] Db or Table not exist: ghost. Please check your request, but if the problem cannot be solved, contact us.',
      },
      upTo: '3.0.1',
      source: 'wire.md §3.1',
    },
  },
  {
    use: 'a collection made twice',
    caught: {
      isError: true,
      errCode: -1,
      errMsg:
        'createCollection:fail [ResourceExist] Table exist: C. Please check your request, but if the problem cannot be solved, contact us.',
      code: 'DATABASE_REQUEST_FAILED',
    },
    older: {
      caught: {
        isError: true,
        errCode: -502001,
        errMsg:
          'createCollection:fail -502001 database request fail. [ResourceExist] Table exist: C. Please check your request, but if the problem cannot be solved, contact us.',
      },
      upTo: '3.0.1',
      source: 'wire.md §3.1',
    },
  },
  {
    use: 'get of a missing document',
    caught: { isError: true, errCode: -1, errMsg: 'document.get:fail document with _id nope does not exist' },
  },
  { use: 'get of a missing document, told not to throw', saw: { data: null, errMsg: 'document.get:ok' } },
  { use: 'update and removal of a missing document', saw: [{ updated: 0 }, { removed: 0 }] },
  {
    use: 'an id that is taken',
    caught: {
      isError: true,
      errCode: -502001,
      errMsg:
        'collection.add:fail -502001 database request fail. [FailedOperation.Insert] bulk write error: [{E11000 duplicate key error collection: tnt-local.C index: _id_ dup key: { _id: "a" }}]',
    },
  },
  {
    use: 'an increment of a text',
    caught: {
      isError: true,
      errCode: -502001,
      errMsg:
        'document.update:fail -502001 database request fail. Cannot apply $inc to a value of non-numeric type. {_id: "a"} has the field \'s\' of non-numeric type string',
    },
  },
  {
    use: 'a field set through a number',
    caught: {
      isError: true,
      errCode: -502001,
      errMsg:
        "document.update:fail -502001 database request fail. Cannot create field 'deep' in element {n: 1}",
    },
  },
  {
    use: 'an update of the id',
    caught: {
      isError: true,
      errCode: -501007,
      errMsg: 'document.update:fail -501007 invalid parameters. 不能更新_id的值',
    },
  },
  {
    use: 'an update of nothing',
    caught: { isError: true, errCode: -1, errMsg: 'options.data must not be empty' },
  },
  {
    use: 'a set with a command',
    caught: {
      isError: true,
      errCode: -502001,
      errMsg: 'document.set:fail -502001 database request fail. update operator complicit',
    },
  },
  {
    use: 'a call of a missing function',
    caught: {
      isError: true,
      errCode: -1,
      errMsg: 'callFunction:fail FunctionName parameter could not be found',
      code: 'FUNCTIONS_REQUEST_FAIL',
    },
    older: {
      caught: {
        isError: true,
        errCode: -504001,
        errMsg:
          'callFunction:fail -504001 functions request fail. requestID R, FunctionName parameter could not be found',
      },
      upTo: '3.0.1',
      source: 'wire.md §4',
    },
  },
  {
    use: 'a call of a function that throws',
    caught: {
      isError: true,
      errCode: -1,
      errMsg: 'callFunction:fail Error: boom',
      code: 'FUNCTIONS_EXECUTE_FAIL',
    },
    older: {
      caught: {
        isError: true,
        errCode: -504002,
        errMsg: 'callFunction:fail -504002 functions execute fail. requestID R, Error: boom',
      },
      upTo: '3.0.1',
      source: 'wire.md §4',
    },
  },
]
