import 'reflect-metadata';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { inputsOf } from './nest-route-inputs';

@Controller()
class Paintings {
  @Get()
  list(@Query() query: object): object {
    return query;
  }

  @Post(':id')
  create(@Param('id') id: string, @Body() body: object): object {
    return { id, body };
  }

  @Get(':id')
  one(@Param('id') id: string): object {
    return { id };
  }
}

test.each([
  ['list', { takesQuery: true, takesBody: false }],
  ['create', { takesQuery: false, takesBody: true }],
  ['one', { takesQuery: false, takesBody: false }],
])('Nest stores which inputs the handler %s declares', (handler, inputs) => {
  expect(inputsOf(Paintings, handler)).toEqual(inputs);
});
