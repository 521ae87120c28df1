# frozen_string_literal: true

require_relative 'bundle'
require_relative 'destination'
require_relative 'names'
require_relative 'queue'

module PlenaryPush
  # Works through the queue, one entry after the other.
  class Worker
    # BigBlueButton keeps raw files as long; what was published and is gone will hardly come back.
    ABSENT_DAYS = 14

    def initialize(config, log)
      @config = config
      @log = log
      @queue = Queue.new(config['queue'])
      @destination = config.destination
    end

    # Returns whether nothing failed. A hook that asks while another instance is about to end finds
    # the lock taken, so whoever lets go of the lock looks once more.
    def run(every)
      fine = true
      loop do
        worked = @queue.alone { fine &= work(every) }
        return fine unless worked && @queue.asked?
      end
    end

    private

    def work(every)
      fine = true
      tried = []
      loop do
        tried -= @queue.take
        entry = @queue.entries.reject { |it| tried.include?(it.name) }
                      .select { |it| every || it.due?(Time.now.to_i) }
                      .min_by { |it| [it.asked, it.name] }
        return fine unless entry

        tried << entry.name
        fine &= attempt(entry)
      end
    rescue Unreachable
      false
    end

    def attempt(entry)
      deliver(entry)
      @queue.remove(entry)
      true
    rescue Unwanted => e
      @log.info("#{entry.name}: not sent: #{e.message}")
      @queue.remove(entry)
      true
    rescue Failed => e
      failed(entry, e)
      raise if e.is_a?(Unreachable)

      false
    end

    def deliver(entry)
      bundle = if entry.what == 'raw'
                 Bundle.raw(@config, entry.id)
               else
                 Bundle.published(@config, entry.id, entry.state['format'])
               end
      bundle.left_out.each { |path| @log.info("#{entry.name}: left out #{path}: no plain file") }
      @destination.deliver(bundle, @queue)
      @log.info("#{entry.name}: delivered #{bundle.name}")
    rescue Failed, Unwanted
      raise
    rescue StandardError => e
      # Whatever it is, the entries behind this one must have their turn.
      raise Failed, "#{e.class}: #{e.message}"
    end

    def failed(entry, error)
      now = Time.now.to_i
      if error.is_a?(Absent) && entry.asked < now - (ABSENT_DAYS * 86_400)
        @log.error("#{entry.name}: given up, for #{ABSENT_DAYS} days: #{error.message}")
        return @queue.remove(entry)
      end
      tries = entry.tries + 1
      wait_s = Queue.wait_s(tries)
      @log.error("#{entry.name}: attempt #{tries} failed, next in #{wait_s} s: #{error.message}")
      @queue.keep(entry, 'tries' => tries, 'tried' => now, 'next' => now + wait_s,
                         'error' => PlenaryPush.line(error.message))
    rescue SystemCallError => e
      # A full disk: the entry stays as it is, and is due again with the next run.
      @log.error("#{entry.name}: cannot note the attempt: #{e.message}")
    end
  end
end
